import Axway
import Foundation
import Upgrade

/// One node as `status` shows it; in JSON, what is not known or was not asked is left out.
struct NodeStatus: StatusRow {
  /// The node.
  let node: String
  /// Where it stands by the journal.
  let journal: String
  /// How far sysupgrade is, by the node's own word.
  var sysupgrade: String?
  /// How the processes of the old installation are.
  var old: NodeView.Processes?
  /// How those of the new one are.
  var new: NodeView.Processes?
  /// How the load balancer has it; `none` where none knows it.
  var balancer: String?
  /// Who holds its lock: `free`, or the run.
  var lock: String?
  /// What the journal has otherwise.
  var differences: [String] = []
  /// Why something is not known.
  var problems: [String] = []

  /// The node by the journal alone.
  init(_ node: String, journal: NodeAccount?) {
    self.node = node
    self.journal = journal?.text ?? "not begun"
  }

  /// The node with what was found on it; `checks` are all its processes.
  init(
    _ node: Topology.Node, journal: NodeAccount?, _ view: NodeView, checks: [GatewayProcess.Check],
    lock line: LockLine?,
    differences: [NodeDifference]
  ) {
    self.init(node.name, journal: journal)
    func processes(_ installation: CommandBuilder.Installation) -> NodeView.Processes? {
      view.processes(of: installation, outOf: checks.count { $0.process.installation == installation })
    }
    sysupgrade = view.sysupgrade?.rawValue
    (old, new) = (processes(.old), processes(.new))
    balancer = node.instances.isEmpty ? "none" : view.balancer?.rawValue
    problems = view.problems.map(\.description)
    if let line {
      lock = line.state == .unknown ? nil : line.state == .free ? "free" : line.run ?? "held"
      if let problem = line.problem, problems.isEmpty { problems.append("its lock: \(problem)") }
    }
    self.differences = differences.map(\.description)
  }

  static let heading = ["NODE", "JOURNAL", "SYSUPGRADE", "OLD", "NEW", "BALANCER", "LOCK"]

  /// The cells of a table's row; without the nodes' own word where they were not asked.
  func cells(asked: Bool) -> [String] {
    guard asked else { return [node, journalCell] }
    let unknown = "unknown"
    return [
      node, journalCell, sysupgrade ?? unknown, old?.rawValue ?? unknown, new?.rawValue ?? unknown, balancer ?? unknown,
      lock ?? unknown,
    ]
  }
}
