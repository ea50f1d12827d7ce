import Upgrade

/// A step executor that does nothing but fail where it is told to.
public actor ScriptedExecutor: StepExecutor {
  private let failures: [String: Failure]
  /// What was performed, as `node: title`.
  public private(set) var performed: [String] = []

  private let known: Set<String>

  /// An executor that fails at these `node: title`s, and of which the nodes know these jobs.
  public init(failingAt failures: [String: Failure] = [:], knowing known: Set<String> = []) {
    self.failures = failures
    self.known = known
  }

  /// Whether the job is one that the nodes know.
  public func isKnown(_ attempt: Attempt, on node: Node) async throws -> Bool { known.contains(attempt.jobName) }

  /// The attempts at it, in the same order.
  public private(set) var attempts: [Attempt] = []
  /// Whose commands were ended, and which nodes were cleaned up: `node: end job`, `node: clean up (all)`.
  public private(set) var ended: [String] = []

  /// Notes `act`, and fails where it is told to.
  public func perform(_ act: Act, as attempt: Attempt, on node: Node) async throws {
    let name = "\(node.name): \(act.title)"
    performed.append(name)
    attempts.append(attempt)
    if let failure = failures[name] { throw failure }
  }

  /// Notes it, and fails where it is told to.
  public func end(_ attempt: Attempt, on node: Node) async throws {
    let name = "\(node.name): end \(attempt.jobName)"
    ended.append(name)
    if let failure = failures[name] { throw failure }
  }

  /// Notes it, and fails where it is told to.
  public func cleanUp(_ node: Node, hasJobs: Bool, all: Bool) async throws -> String? {
    let name = "\(node.name): clean up\(all ? " all" : "")"
    ended.append(name)
    if let failure = failures[name] { throw failure }
    return nil
  }

  /// Notes `gate` as `gate: title`, and fails where it is told to.
  public func pass(_ gate: Gate, at place: GatePlace) async throws {
    let name = "gate: \(gate.title)"
    performed.append(name)
    if let failure = failures[name] { throw failure }
  }
}
