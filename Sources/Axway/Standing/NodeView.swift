import Upgrade

/// What a node says of itself, and the load balancer of it, at one moment. What is not known is nil or missing.
public struct NodeView: Sendable, Hashable {
  /// How all processes of an installation are.
  public enum Processes: String, Sendable, Hashable, Codable {
    case running
    case stopped
    /// Some run.
    case mixed
  }

  /// How far sysupgrade is, by its own word.
  public var sysupgrade: SysupgradeState?
  /// Which processes run.
  public var processes: [GatewayProcess: Bool] = [:]
  /// How the load balancer has it; nil also for a node that gets no requests.
  public var balancer: Standing?
  /// Where the run's command that is under way on it stands; nil where none is.
  public var job: DetachedState?
  /// Why something is not known.
  public var problems: [Failure] = []

  /// Nothing is known.
  public init() {}

  /// How the processes of `installation` are; nil where not all are known.
  public func processes(of installation: CommandBuilder.Installation, outOf count: Int) -> Processes? {
    let states = processes.filter { $0.key.installation == installation }.values
    guard states.count == count, let first = states.first else { return nil }
    guard states.allSatisfy({ $0 == first }) else { return .mixed }
    return first ? .running : .stopped
  }
}
