/// How much of what a job printed is in the journal already: it is read again from its beginning, so that the evidence
/// is whole, but told only from there on.
public struct Heard: Sendable, Hashable {
  /// The lines.
  public var lines = 0
  /// The warnings among them.
  public var warnings = 0
  /// The recognised messages among them.
  public var findings = 0

  /// Nothing yet.
  public init() {}
}
