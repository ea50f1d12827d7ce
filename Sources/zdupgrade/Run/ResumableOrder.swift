import Upgrade

/// An order whose nodes can be asked how far a run of it has come.
protocol ResumableOrder: RunOrder {
  /// What the nodes say of a run that has come as far as `progress` by `plan`: what is to be believed of it, and what is in
  /// the way of going on.
  ///
  /// - Parameters:
  ///   - assembly: what asks them.
  ///   - continuation: which way it goes on: what is in the way of the one may be what the other is for.
  /// - Throws: `Failure`.
  func lookAgain(
    by assembly: Assembly, as continuation: Continuation, _ plan: Plan, _ progress: Upgrade.Progress
  ) async throws -> (beliefs: [Event], problems: [Problem])
}
