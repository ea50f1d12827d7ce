/// One simulated API Gateway instance.
public struct LabInstance: Sendable, Hashable, Codable {
  /// Its name, as `startinstance -n` takes it.
  public let name: String
  /// Its group, as `startinstance -g` takes it.
  public let group: String
  /// Its TCP port on the node's address, the same in the old and the new installation.
  public let port: Int
}
