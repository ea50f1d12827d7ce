/// Performs the operations of a product.
public protocol OperationPerformer: Sendable {
  /// Performs `operation` on `node`, and returns when it was seen to have had its effect.
  ///
  /// - Parameters:
  ///   - isAccepted: whether `node` has accepted it in this very try already, before a crash: it is only waited for then.
  ///   - accepted: to be called as soon as `node` has accepted it and goes on with it by itself.
  /// - Throws: `Failure`; any other error is taken for one.
  func perform(
    _ operation: Operation, on node: Node, isAccepted: Bool, accepted: @escaping @Sendable () async -> Void
  ) async throws

  /// Removes what the run has left on `node` besides its effect; unless `all`, what tells of a failure stays.
  ///
  /// - Returns: what is still there, in words; nil when nothing is.
  /// - Throws: `Failure`.
  func cleanUp(_ node: Node, all: Bool) async throws -> String?
}

/// Of a product that has no operations.
public struct NoOperations: OperationPerformer {
  /// No operations.
  public init() {}

  /// Refuses it.
  public func perform(
    _ operation: Operation, on node: Node, isAccepted: Bool, accepted: @escaping @Sendable () async -> Void
  ) async throws {
    throw Failure(.refused, "nothing here can do '\(operation.name)'")
  }

  /// Nothing was left.
  public func cleanUp(_ node: Node, all: Bool) async throws -> String? { nil }
}
