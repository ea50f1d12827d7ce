/// The jobs that the steps of one run are on its nodes, and what is already known of their output.
public struct DetachedJobs: Sendable {
  private let runner: DetachedRunner
  private let run: RunID
  private let heard: [String: Heard]

  /// The jobs of `run`; `heard` is what the journal of an earlier process holds of their output, by job.
  public init(of run: RunID, runner: DetachedRunner, heard: [String: Heard] = [:]) {
    self.run = run
    self.runner = runner
    self.heard = heard
  }

  /// What is known of the output of `attempt`; nil when it was not begun before.
  func heard(of attempt: Attempt) -> Heard? { heard[attempt.jobName] }

  /// Starts `command`, or finds it, and follows it to its end.
  ///
  /// - Parameter isEndedLate: whether it is ended when `timeout` has passed; else it goes on.
  /// - Throws: as `DetachedRunner.run`.
  func run(
    _ command: ShellCommand, as attempt: Attempt, on node: String, timeout: Duration?, isEndedLate: Bool,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    try await runner.run(
      command, as: job(attempt), on: node, timeout: timeout,
      whenGivenUp: isEndedLate ? .end(grace: .seconds(5)) : .leave, output: output)
  }

  /// Whether `node` knows of `attempt`.
  func isKnown(_ attempt: Attempt, on node: String) async throws -> Bool {
    let state = try await runner.patiently { try await runner.state(of: job(attempt), on: node) }
    switch state {
    case .absent, .refused, .left: return false
    case .running, .ended, .vanished, .rebooted, .stuck: return true
    }
  }

  /// Ends what is left of `attempt`, which may be nothing.
  ///
  /// - Throws: `Failure` when its processes do not end, or it is not known whether they did.
  func end(_ attempt: Attempt, on node: String) async throws {
    let state = try await runner.patiently { try await runner.end(job(attempt), on: node) }
    switch state {
    case .running, .stuck, .vanished(_, isAlive: true):
      throw (state.failure ?? Failure(.timeout, "it still runs")).inContext("end the job \(attempt.jobName)")
    case .ended, .vanished, .rebooted, .absent, .refused, .left: return
    }
  }

  /// Removes what the run's jobs have left on `node`; jobs that run stay, and, unless `all`, those that failed.
  ///
  /// - Returns: the jobs that are still there.
  func sweep(all: Bool, on node: String) async throws -> Int {
    try await runner.sweep(DetachedJob(run: run.text, step: "sweep"), all: all, on: node)
  }

  /// Does `body` again while the node is not reached, as long as is waited for that.
  func patiently<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    try await runner.patiently(body)
  }

  private func job(_ attempt: Attempt) throws(Failure) -> DetachedJob {
    try DetachedJob(run: run.text, step: attempt.jobName)
  }
}
