/// What became of one probe. There are three answers: one that could not be measured says nothing about the service,
/// neither good nor bad.
public enum ProbeOutcome: Sendable, Hashable, Codable {
  /// It was answered as expected, whole, in this time from the first step of the connection on.
  case answered(Duration)
  /// The service failed a user.
  case failed(ProbeFault)
  /// The control node was not able to ask.
  case unmeasured(ProbeObstacle)
}
