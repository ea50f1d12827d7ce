import Upgrade

/// Something that the journal of a run has otherwise than the node, or its load balancer, has it now. They are believed.
public struct NodeDifference: Sendable, Hashable, Codable {
  /// Who is believed about what.
  public enum Subject: String, Sendable, Hashable, Codable {
    case sysupgrade
    case process
    case loadBalancer
  }

  /// The node.
  public let node: String
  /// What it is about.
  public let subject: Subject
  /// What the journal has.
  public let journal: String
  /// What was found, and who says so.
  public let found: String

  /// What of `account` is not as `view` has it; what either does not know is no difference.
  public static func between(_ account: NodeAccount, _ view: NodeView, on node: String) -> [NodeDifference] {
    func difference(_ subject: Subject, _ journal: String, _ found: String) -> NodeDifference {
      NodeDifference(node: node, subject: subject, journal: journal, found: found)
    }
    var differences: [NodeDifference] = []
    if let state = view.sysupgrade, let journal = phrase(account.sysupgrade, found: state) {
      differences.append(difference(.sysupgrade, journal, "sysupgrade status says '\(state.rawValue)'"))
    }
    let processes = view.processes.sorted {
      ($0.key.installation.rawValue, $0.key.name) < ($1.key.installation.rawValue, $1.key.name)
    }
    for (process, isRunning) in processes {
      guard let wanted = account.processes[process], wanted != isRunning else { continue }
      differences.append(
        difference(
          .process, "the \(process.title) \(wanted ? "running" : "stopped")",
          "it \(isRunning ? "runs" : "does not run")"))
    }
    if let standing = view.balancer, standing != .unknown, !account.balancer.isEmpty,
      !account.balancer.contains(standing)
    {
      let journal = account.balancer.contains(.enabled) ? "it in the load balancer" : "it out of the load balancer"
      differences.append(difference(.loadBalancer, journal, "the load balancer has it \(standing.rawValue)"))
    }
    return differences
  }

  private static func phrase(_ range: ClosedRange<SysupgradeState>, found: SysupgradeState) -> String? {
    if found < range.lowerBound { return range.lowerBound.phase.map { "\($0.title) done" } }
    if found > range.upperBound { return range.upperBound.next.phase.map { "\($0.title) not begun" } }
    return nil
  }
}

extension NodeDifference: CustomStringConvertible {
  /// One line that says who is believed.
  public var description: String {
    "\(node): the journal has \(journal), \(found): the \(subject == .loadBalancer ? "load balancer" : "node") is believed"
  }
}

extension SysupgradeState {
  private static let phases: [(phase: Phase, state: SysupgradeState)] = [
    (.export, .exported), (.upgrade, .upgraded), (.apply, .applied),
  ]

  /// What it says when `phase` is done; nil for one that is not sysupgrade's.
  init?(after phase: Phase) {
    guard let state = Self.phases.first(where: { $0.phase == phase })?.state else { return nil }
    self = state
  }

  /// The phase that leads to it; nil where nothing is done yet.
  var phase: Phase? { Self.phases.first { $0.state == self }?.phase }

  /// The state before it.
  var before: SysupgradeState {
    switch self {
    case .notStarted, .exported: .notStarted
    case .upgraded: .exported
    case .applied: .upgraded
    }
  }

  /// The state behind it.
  var next: SysupgradeState {
    switch self {
    case .notStarted: .exported
    case .exported: .upgraded
    case .upgraded, .applied: .applied
    }
  }
}
