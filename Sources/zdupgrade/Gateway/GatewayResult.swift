import Upgrade

/// What came of one operation, as it is printed.
struct GatewayResult: Encodable {
  /// How it came out.
  enum Outcome: String, Encodable {
    case done
    case accepted
    case alreadySo = "already so"
    case alreadyRunning = "already running"
    case nothingThere = "nothing there"
  }

  let node: String
  let operation: String
  let outcome: Outcome
  /// What to know or do next.
  var note: String?

  /// `old-1: quiesce designtime: accepted; ...`.
  var lines: [String] {
    [PlainText.oneLine("\(node): \(operation): \(outcome.rawValue)\(note.map { "; \($0)" } ?? "")")]
  }

  /// The failure that a lost answer is; `question` is what tells whether it had its effect.
  static func lost(_ failure: Failure, ask question: String) -> Failure {
    Failure(
      failure.kind, "\(failure.message): it may have had its effect all the same", evidence: failure.evidence,
      remedy: "ask '\(question)' before you try again")
  }
}
