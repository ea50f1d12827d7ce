import Foundation
import Records
import Upgrade

/// The lock of one node as `locks` shows it; in JSON, what is not known is left out.
struct LockLine: Encodable {
  /// Whether somebody holds it.
  enum State: String, Encodable {
    case free
    case held
    case unknown
  }

  let node: String
  let state: State
  let run: String?
  let user: String?
  let host: String?
  let processID: Int32?
  let reason: String?
  /// By the node's clock, as the next one.
  let since: Date?
  /// Seconds since the last sign of life.
  let heartbeatAge: Int?
  /// What is known here about the run: `running` or `dead`; nil when nothing is.
  let runIs: String?
  /// Why it is not known who holds the lock.
  let problem: String?

  /// What a node answered; `lives` tells of the runs.
  init(_ answer: LockSurvey.Answer, _ lives: LocalLives) {
    node = answer.node
    var lock: HeldLock?
    switch answer.answer {
    case .success(.free), .success(.removed), .success(.mine): (state, problem) = (.free, nil)
    case .success(.held(let held)): (state, lock, problem) = (.held, held, nil)
    case .success(.refused(let reason)): (state, problem) = (.unknown, reason)
    case .failure(let failure): (state, problem) = (.unknown, failure.description)
    }
    run = lock?.run
    user = lock?.holder?.user
    host = lock?.holder?.host
    processID = lock?.holder?.processID
    reason = lock?.holder?.reason
    since = lock?.since
    heartbeatAge = lock?.silence
    runIs =
      switch lock.flatMap({ lives.life(of: $0.run) }) {
      case .running: "running"
      case .dead: "dead"
      case .elsewhere, .unreadable, nil: nil
      }
  }

  static let heading = ["NODE", "LOCK", "RUN IS", "FROM", "SINCE", "LAST SIGN", "REASON"]

  /// The cells of a table's row.
  var cells: [String] {
    guard state == .held else { return [node, state.rawValue] }
    let from = user.map { "\($0)@\(host ?? "?"), process \(processID ?? 0)" } ?? "?"
    return [
      node, run ?? "?", runIs ?? "not known here", from, since.map(UTCText.text) ?? "?",
      heartbeatAge.map { "\($0) s ago" } ?? "?", reason ?? "?",
    ]
  }
}
