import Axway
import Foundation
import Records
import Upgrade

/// A node as `status` shows it.
protocol StatusRow: Encodable {
  /// The node.
  var node: String { get }
  /// Where it stands by the journal.
  var journal: String { get }
  /// What the journal has otherwise.
  var differences: [String] { get }
  /// Why something is not known.
  var problems: [String] { get }
  /// Of the table; the first two columns do not need the nodes' own word.
  static var heading: [String] { get }
  /// The cells of a table's row; without the nodes' own word where they were not asked.
  func cells(asked: Bool) -> [String]
}

extension StatusRow {
  /// Where it stands by the journal, for a table: without its reasons where these are so long that nobody could read that.
  var journalCell: String {
    guard DisplayWidth.columns(journal) > 72, let colon = journal.firstRange(of: ": ") else { return journal }
    return String(journal[..<colon.lowerBound])
  }
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
  /// The nodes with the groups that they serve, which the document does not have.
  private let members: [Node]

  private enum CodingKeys: CodingKey {
    case run, state, status, began, ended, version, user, host, processID, since, continuation, lastEntry, takingBack
    case underWay, next, notices, isAsked, nodes
  }

  /// The report on `history`, which gives `account`; `isChanged` is whether its configuration is not what it was.
  init(
    _ history: RunHistory, _ account: JournalAccount, _ nodes: [Row], jobs: [String: DetachedState] = [:],
    isAsked: Bool, isChanged: Bool = false, notices: [String] = []
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
    next = NextCommand.all(for: history, account.progress, isChanged: isChanged)
    self.notices = notices
    self.isAsked = isAsked
    self.nodes = nodes
    let plan = account.progress.plan
    let known = Dictionary((plan?.nodes ?? []).map { ($0.name, $0) }) { first, _ in first }
    members = nodes.map { known[$0.node] ?? Node(name: $0.node, host: $0.node, groups: []) }
  }

  /// Whether a node could not be asked for everything.
  var isIncomplete: Bool { nodes.contains { !$0.problems.isEmpty } }

  /// The report in lines; with `allNodes` each node has a row, however many there are.
  func lines(allNodes: Bool) -> [String] {
    let how = continuation.map { " (\($0.rawValue))" } ?? ""
    var head = [
      ["run:", "\(run)"], ["by:", "\(user)@\(host), process \(processID), zdupgrade \(version)"],
      ["since:", "\(UTCText.text(since))\(how)"], ["state:", stateText],
    ]
    if !takingBack.isEmpty {
      head.append(["pending:", "to be taken back: \(takingBack.listedInOrder)"])
    }
    let isFolded = !allNodes && nodes.count > FleetSize.readable
    for act in underWay.prefix(isFolded ? FleetSize.readable : .max) {
      let told = act.onNode.map { "; \($0)" } ?? ""
      head.append(
        ["under way:", "\(act.node): \(act.phase): \(act.title), since \(UTCText.text(act.since))\(told)"])
    }
    if isFolded, underWay.count > FleetSize.readable {
      head.append(["under way:", "\(underWay.count - FleetSize.readable) more; --all_nodes shows them"])
    }
    for command in next { head.append(["next:", "'\(command.command)' \(command.effect)"]) }
    if next.isEmpty { head.append(["next:", "nothing"]) }
    for notice in notices { head.append(["note:", notice]) }
    let heading = isAsked ? Row.heading : Array(Row.heading.prefix(2))
    return TextColumns.lines(head) + [""]
      + TextColumns.lines([heading] + (isFolded ? folded : nodes.map { $0.cells(asked: isAsked) }))
      + nodes.flatMap { node in
        (node.journal == node.journalCell ? [] : ["\(node.node): \(node.journal)"])
          + node.problems.map { "\(node.node): unknown: \($0)" } + node.differences
      }.map(PlainText.oneLine)
  }

  /// A row for the nodes of a group of which all is the same; those of which something is not as it should be come last.
  private var folded: [[String]] {
    let cells = Dictionary(nodes.map { ($0.node, Array($0.cells(asked: isAsked).dropFirst())) }) { first, _ in first }
    let odd = Set(nodes.filter { !$0.problems.isEmpty || !$0.differences.isEmpty }.map(\.node))
    let folds = NodeFold.folds(of: members.filter { !odd.contains($0.name) }, among: members) { cells[$0.name] ?? [] }
    return folds.map { [$0.label] + (cells[$0.nodes[0].name] ?? []) }
      + nodes.filter { odd.contains($0.node) }.map { $0.cells(asked: isAsked) }
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
