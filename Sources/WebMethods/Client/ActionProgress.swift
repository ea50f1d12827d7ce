import Upgrade

/// How far something is that a gateway does on its own after it was told to.
public enum ActionProgress: Sendable, Hashable, Codable {
  /// It is not over; `said` is what the gateway calls that, nil where it says nothing.
  case underWay(said: String?)
  /// It is done.
  case success
  /// It failed, for this reason if the gateway gives one.
  case failure(reason: String?)

  /// Reads `status`, which gateways leave out or call `in progress` while it is under way. A word that is not known is
  /// neither a success nor a failure, so waiting for it ends by its deadline.
  init(status: String?, reason: String?) {
    let word = status.map { $0.lowercased().filter { $0.isLetter } }
    switch word {
    case "success", "successful", "succeeded", "completed": self = .success
    case "failure", "failed", "fail", "error": self = .failure(reason: reason)
    default: self = .underWay(said: status)
    }
  }

  /// Reads the members `status` and `failureReason`.
  init(_ answer: AnswerReader) {
    self.init(status: answer.string("status"), reason: answer.string("failureReason"))
  }

  /// Whether it is neither done nor failed.
  public var isUnderWay: Bool { if case .underWay = self { true } else { false } }
}

extension ActionProgress: CustomStringConvertible {
  /// `success`, `failure: REASON`, `in progress`.
  public var description: String {
    switch self {
    case .underWay(let said): PlainText.oneLine(said ?? "in progress")
    case .success: "success"
    case .failure(let reason): PlainText.oneLine(reason.map { "failure: \($0)" } ?? "failure, without a reason")
    }
  }
}
