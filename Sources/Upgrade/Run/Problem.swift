/// Something that stands in the way of the upgrade, found before anything was changed.
public struct Problem: Sendable, Hashable, Codable {
  /// The node it is about; nil for the run as a whole.
  public let node: String?
  /// What is wrong.
  public let text: String
  /// What to do about it.
  public let remedy: String

  /// A problem.
  public init(node: String?, _ text: String, remedy: String) {
    self.node = node
    self.text = text
    self.remedy = remedy
  }
}

extension Problem: CustomStringConvertible {
  /// One line: node, problem, remedy.
  public var description: String { "\(node.map { "\($0): " } ?? "")\(text); \(remedy)" }
}
