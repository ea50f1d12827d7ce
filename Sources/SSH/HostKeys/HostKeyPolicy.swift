/// What to do with a host whose key is not known. A key other than the known one is always refused.
public enum HostKeyPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// Refuse it.
  case strict
  /// Take the key and keep it in the first `known_hosts` file.
  case acceptNew = "accept-new"
}
