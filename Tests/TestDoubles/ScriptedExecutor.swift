import Upgrade

/// A step executor that does nothing but fail where it is told to.
public actor ScriptedExecutor: StepExecutor {
  private let failures: [String: Failure]
  /// What was performed, as `node: title`.
  public private(set) var performed: [String] = []

  /// An executor that fails at these `node: title`s.
  public init(failingAt failures: [String: Failure] = [:]) { self.failures = failures }

  /// Notes `act`, and fails where it is told to.
  public func perform(_ act: Act, on node: Node) async throws {
    let name = "\(node.name): \(act.title)"
    performed.append(name)
    if let failure = failures[name] { throw failure }
  }

  /// Notes `gate` as `gate: title`, and fails where it is told to.
  public func pass(_ gate: Gate, at place: GatePlace) async throws {
    let name = "gate: \(gate.title)"
    performed.append(name)
    if let failure = failures[name] { throw failure }
  }
}
