/// A group of instances behind the lab's load balancer.
public struct LabGroup: Sendable, Hashable, Codable {
  /// The group's name.
  public let name: String
  /// Where the load balancer listens for it.
  public let url: String
  /// How many instances it has.
  public let instanceCount: Int

  /// `url` as `ADDRESS:PORT`.
  var endpoint: String { String(url.dropFirst("http://".utf8.count)) }
}
