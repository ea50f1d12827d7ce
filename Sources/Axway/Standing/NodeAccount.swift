import FoundationEssentials
import Upgrade

/// How the journal of a run has one node: what must be found there if nobody else has touched it.
public struct NodeAccount: Sendable, Hashable {
  /// Something that was begun and not seen to end.
  public struct UnderWay: Sendable, Hashable {
    /// Its phase.
    public let phase: String
    /// What it does.
    public let title: String
    /// Since when.
    public let since: Date
    /// The name on the node of its last command that outlives its connection; nil where it had none.
    public internal(set) var job: String?
    /// Whether a command was sent to the node for it: what is done already is gone past without one.
    var hasCommand = false
  }

  /// Where it stands, in a phrase: `not begun`, `upgraded`, `taken back`, `APPLY under way: ...`.
  public internal(set) var text = "not begun"
  /// The least and the most that sysupgrade can say.
  public internal(set) var sysupgrade: ClosedRange<SysupgradeState>
  /// The processes of which it is known whether they run.
  public internal(set) var processes: [GatewayProcess: Bool] = [:]
  /// What the load balancer can say; anything where it is empty.
  public internal(set) var balancer: Set<Standing> = []
  /// What is under way.
  public internal(set) var underWay: UnderWay?
  /// How often something was begun on it, or ended: between two equal numbers the run has done nothing to it.
  public internal(set) var changes = 0
  /// The last failure that nothing was done after.
  var failure: String?
  var stranded: String?
  var isTakenBack = false

  /// A node that was found like that before the run did anything; `processes` are all of it.
  init(_ observed: Observation, servesRequests: Bool, processes all: some Sequence<GatewayProcess>) {
    let state = observed.sysupgrade ?? .notStarted
    sysupgrade = state...state
    if servesRequests { balancer = observed.isDown ? [.enabled, .down] : [.enabled] }
    guard state != .applied else { return }
    for process in all { processes[process] = process.installation == .old }
  }
}
