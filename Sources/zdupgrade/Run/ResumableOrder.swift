import Upgrade

/// An order whose nodes can be asked how far a run of it has come.
protocol ResumableOrder: RunOrder {
  /// What the nodes say of a run that has come as far as `progress` by `plan`: what is to be believed of it, and what is in
  /// the way of going on.
  ///
  /// - Parameter assembly: what asks them.
  /// - Throws: `Failure`.
  func lookAgain(
    by assembly: Assembly, _ plan: Plan, _ progress: Upgrade.Progress
  ) async throws -> (beliefs: [Event], problems: [Problem])
}
