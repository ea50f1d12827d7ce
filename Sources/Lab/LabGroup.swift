/// A group of instances behind the lab's NGINX.
public struct LabGroup: Sendable, Hashable, Codable {
  /// The group's name.
  public let name: String
  /// Where NGINX listens for it.
  public let url: String
  /// The include file with the `server` lines of its upstream.
  public let include: String
  /// How many instances it has.
  public let instanceCount: Int
}
