import Upgrade

/// Something that goes wrong on purpose, at one step on one node.
public struct Fault: Sendable, Hashable {
  /// Where it goes wrong.
  public enum Step: String, Sendable, Hashable, CaseIterable {
    case export, upgrade, apply, status, clean
    /// Starting a new instance, by hand or by `apply`.
    case start
    /// Stopping an old instance.
    case stop
    /// Starting the new Node Manager.
    case nodeManagerStart = "nodemanager-start"
    /// Stopping the old Node Manager.
    case nodeManagerStop = "nodemanager-stop"
    /// Starting an old instance, as a rollback does.
    case oldStart = "old-start"
    /// Starting the old Node Manager, as a rollback does.
    case oldNodeManagerStart = "old-nodemanager-start"
    /// Stopping a new instance, as a rollback does.
    case newStop = "new-stop"
    /// Stopping the new Node Manager, as a rollback does.
    case newNodeManagerStop = "new-nodemanager-stop"
  }

  /// How it goes wrong.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The command fails. Argument: `CODE`, `TEXT` or `CODE:TEXT`; without it a realistic text and 100.
    case fail
    /// The command never ends.
    case hang
    /// It takes longer. Argument: seconds.
    case slow
    /// The process starts, and then dies. Argument: after how many seconds; at once without it.
    case crash
    /// The process runs but its `/healthcheck` answers 500.
    case unhealthy
    /// The process runs and its `/healthcheck` is good, but every real request is answered 500.
    case broken
    /// The node's SSH connections are cut, and the command ends with 255; with the argument `continue` it goes on.
    case drop
    /// The process does not stop: `-k` returns after its time. Argument: its exit code, 0 without it.
    case refuse
    /// A warning. Argument: its text.
    case warn
    /// It prints much. Argument: how many KiB, 100 without it.
    case chatter
  }

  /// The node's name.
  public let node: String
  /// Where.
  public let step: Step
  /// How.
  public let kind: Kind
  /// What the kind needs to know; may be empty.
  public let argument: String

  /// A fault.
  public init(node: String, step: Step, kind: Kind = .fail, argument: String = "") {
    self.node = node
    self.step = step
    self.kind = kind
    self.argument = argument
  }

  /// Reads `NODE:STEP[:KIND[:ARGUMENT]]` for one of `nodes`.
  ///
  /// - Throws: `Failure` of kind `.refused` with what would have been right.
  public init(parsing text: String, nodes: [String]) throws(Failure) {
    let words = try FaultText<Step, Kind>(text, about: "node", of: nodes)
    self.init(node: words.name, step: words.step, kind: words.kind ?? .fail, argument: words.argument)
  }
}
