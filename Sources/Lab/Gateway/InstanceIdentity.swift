import FoundationEssentials

/// What a simulated instance answers on `/`: who it is.
struct InstanceIdentity: Sendable, Hashable, Codable {
  let version: String
  let node: String
  let instance: String
  let group: String

  init(version: String, node: String, instance: String, group: String) {
    self.version = version
    self.node = node
    self.instance = instance
    self.group = group
  }

  /// Reads an answer; nil when it is none.
  init?(json: Data) {
    guard let identity = try? JSONDecoder().decode(InstanceIdentity.self, from: json) else { return nil }
    self = identity
  }
}
