/// Knows the messages of a product's own tools.
public protocol Diagnosis: Sendable {
  /// What a line of output tells.
  func reading(of line: String) -> LineReading
}

/// What a line of output tells.
public struct LineReading: Sendable, Hashable {
  /// Whether it is a warning, to be shown again at the end.
  public let isWarning: Bool
  /// What it means for the operator, where the message is known.
  public let meaning: String?

  /// A reading.
  public init(isWarning: Bool = false, meaning: String? = nil) {
    self.isWarning = isWarning
    self.meaning = meaning
  }
}

/// Knows no message: for commands that are not the product's.
public struct NoDiagnosis: Diagnosis {
  /// A diagnosis of nothing.
  public init() {}

  /// Never a warning, and no meaning.
  public func reading(of line: String) -> LineReading { LineReading() }
}
