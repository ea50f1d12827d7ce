/// A lab of one of the products, as a demo needs it.
protocol DemoStage: Sendable {
  /// What serves behind the load balancer.
  var groups: [LabGroup] { get }
  /// Whether the product counts requests, each with a name of its own.
  var isCounting: Bool { get }
  /// Where the logs of `zdupgrade` go that are not kept.
  var logs: String { get }

  /// The arguments of `zdupgrade`, without the program.
  func arguments(logs: String) -> [String]
  /// Has `zdupgrade` upgrade it, with `more` arguments; traffic flows meanwhile.
  ///
  /// - Returns: the exit code that counts.
  func upgrade(_ zdupgrade: UpgradeProgram, _ more: [String], logs: String) async throws -> Int32
  /// Looks at it when `zdupgrade` has ended with `exitCode`, and of `answered` requests the last was answered.
  func account(exitCode: Int32, answered: Int) async throws -> DemoAccount
  /// Ends it.
  func down() async
}

extension DemoStage {
  func upgrade(_ zdupgrade: UpgradeProgram, _ more: [String], logs: String) async throws -> Int32 {
    try await zdupgrade.run(arguments(logs: logs) + more)
  }
}

/// How a lab stands behind a demo.
struct DemoAccount: Sendable {
  /// The text.
  let text: String
  /// What is not as it must be.
  var complaints: [String] = []
}
