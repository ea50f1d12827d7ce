import Axway
import Foundation
import Records
import Upgrade

/// A node as `status` shows it.
protocol StatusRow: Encodable {
  /// The node.
  var node: String { get }
  /// What the journal has otherwise.
  var differences: [String] { get }
  /// Why something is not known.
  var problems: [String] { get }
  /// Of the table; the first two columns do not need the nodes' own word.
  static var heading: [String] { get }
  /// The cells of a table's row; without the nodes' own word where they were not asked.
  func cells(asked: Bool) -> [String]
}

/// Something that was begun and not seen to end.
struct StatusUnderWay: Encodable {
  let node: String
  let phase: String
  let title: String
  let since: Date
  /// What the node says of its command; nil where there is none, or it was not asked.
  let onNode: String?
}

/// What `status` tells: a run as its journal has it, and its nodes as they say themselves. One value is the text and the
/// JSON document; in that, what is not known is left out.
struct StatusReport<Row: StatusRow>: Encodable {
  let run: RunID
  let state: RunHistory.State
  let status: Status?
  let began: Date
  let ended: Date?
  let version: String
  let user: String
  let host: String
  let processID: Int32
  /// Since when that process has the run, and what it does with it where it has not begun it.
  let since: Date
  let continuation: Continuation?
  let lastEntry: Date
  /// The nodes whose way back is not finished, in the order in which they are taken back.
  let takingBack: [String]
  let underWay: [StatusUnderWay]
  let next: [NextCommand]
  let notices: [String]
  /// Whether the nodes were asked, and not the journal alone.
  let isAsked: Bool
  let nodes: [Row]

  /// The report on `history`, which gives `account`.
  init(
    _ history: RunHistory, _ account: JournalAccount, _ nodes: [Row], jobs: [String: DetachedState] = [:],
    isAsked: Bool, notices: [String] = []
  ) {
    run = history.folder.id
    state = history.state
    (status, began, ended) = (history.outline.status, history.outline.began, history.outline.ended)
    let origin = history.origin
    (version, user, host, processID) = (origin.version, origin.user, origin.host, origin.processID)
    (since, continuation, lastEntry) = (history.since, history.continuation, history.lastEntry)
    takingBack = account.progress.pendingRollbacks
    underWay = nodes.compactMap { node in
      account[node.node]?.underWay.map {
        StatusUnderWay(
          node: node.node, phase: $0.phase, title: $0.title, since: $0.since,
          onNode: jobs[node.node]?.words)
      }
    }
    next = NextCommand.all(for: history, account.progress)
    self.notices = notices
    self.isAsked = isAsked
    self.nodes = nodes
  }

  /// Whether a node could not be asked for everything.
  var isIncomplete: Bool { nodes.contains { !$0.problems.isEmpty } }

  /// The report in lines.
  var lines: [String] {
    let how = continuation.map { " (\($0.rawValue))" } ?? ""
    var head = [
      ["run:", "\(run)"], ["by:", "\(user)@\(host), process \(processID), zdupgrade \(version)"],
      ["since:", "\(UTCText.text(since))\(how)"], ["state:", stateText],
    ]
    if !takingBack.isEmpty {
      head.append(["pending:", "to be taken back: \(takingBack.joined(separator: ", then "))"])
    }
    for act in underWay {
      let told = act.onNode.map { "; \($0)" } ?? ""
      head.append(
        ["under way:", "\(act.node): \(act.phase): \(act.title), since \(UTCText.text(act.since))\(told)"])
    }
    for command in next { head.append(["next:", "'\(command.command)' \(command.effect)"]) }
    if next.isEmpty { head.append(["next:", "nothing"]) }
    for notice in notices { head.append(["note:", notice]) }
    let heading = isAsked ? Row.heading : Array(Row.heading.prefix(2))
    return TextColumns.lines(head) + [""]
      + TextColumns.lines([heading] + nodes.map { $0.cells(asked: isAsked) })
      + nodes.flatMap { node in node.problems.map { "\(node.node): unknown: \($0)" } + node.differences }
      .map(PlainText.oneLine)
  }

  private var stateText: String {
    switch state {
    case .running: "running"
    case .ended:
      "ended with \(status.map { "\($0.name) (\($0.code))" } ?? "no status")\(ended.map { " at \(UTCText.text($0))" } ?? "")"
    case .interrupted: "interrupted: its process is gone, and wrote last at \(UTCText.text(lastEntry))"
    case .elsewhere: "not known here, as it ran on \(host), and wrote last at \(UTCText.text(lastEntry))"
    }
  }
}

extension DetachedState {
  fileprivate var words: String {
    switch self {
    case .running: "its command runs on the node"
    case .ended(.code(let code)): "its command has ended on the node with exit code \(code)"
    case .ended(.signal(let name)): "its command was ended on the node by signal \(name)"
    case .absent, .left: "the node knows nothing of its command"
    case .vanished, .rebooted, .stuck, .refused: "its command on the node: \(failure?.message ?? "unknown")"
    }
  }
}
