import Upgrade

/// What came of asking a gateway's health.
public enum HealthAnswer: Sendable, Hashable {
  /// It answered 200, with this; nil where the answer does not say.
  case answered(GatewayHealth?)
  /// It answered with another status.
  case refused(status: Int, Failure)
  /// It did not answer.
  case silent(Failure)

  /// Whether the answer was a 200, whatever it says: only what is not counts as quiesced or down.
  public var isAnswered: Bool { if case .answered = self { true } else { false } }

  /// Whether it can serve.
  public var isServing: Bool {
    if case .answered(let health) = self { health != .red } else { false }
  }

  /// Why it is not serving; nil where it is.
  public var failure: Failure? {
    switch self {
    case .answered(.red): Failure(.unhealthy, "its health is red")
    case .answered: nil
    case .refused(_, let failure), .silent(let failure): failure
    }
  }
}
