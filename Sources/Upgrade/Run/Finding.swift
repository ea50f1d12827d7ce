/// A message of the product's own tool, explained.
public struct Finding: Sendable, Hashable, Codable {
  /// The line that was recognised.
  public let line: String
  /// What it means for the operator, and what to do.
  public let meaning: String

  /// A finding.
  public init(line: String, meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}
