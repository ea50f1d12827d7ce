/// How a phase ended on a node.
public enum PhaseResult: Sendable, Hashable, Codable {
  /// Everything in it was done.
  case passed
  /// A step failed.
  case failed(Failure)

  /// The number in the summary's cell.
  public var exitCode: Int32 {
    switch self {
    case .passed: 0
    case .failed(let failure): failure.exitCode
    }
  }

  /// Whether everything in it was done.
  public var hasPassed: Bool { self == .passed }
}
