import Upgrade

/// Runs the operator's own commands on the control node.
public protocol ControlCommand: Sendable {
  /// Runs `command` to its end, and tells it which node it is about.
  ///
  /// - Throws: `Failure` when it does not exit with 0 within its time.
  func run(_ command: OperatorCommand, about node: Node) async throws
}
