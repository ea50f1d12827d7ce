import Upgrade

/// The lab of one crash test, on which `zdupgrade` is run and run again.
struct CrashStage: Sendable {
  /// The exit code of a process that SIGKILL has ended.
  static let killed: Int32 = 128 + 9
  /// The exit code of a command that has refused.
  static let refused: Int32 = 80
  /// The longest that one `zdupgrade` may take.
  private static let limit = Duration.seconds(180)

  let lab: any CrashLab
  /// The folder for what `zdupgrade` prints, its logs and its home.
  let folder: String
  let zdupgrade: String
  private let patience: Duration

  /// Where `zdupgrade` has its logs.
  var logs: String { "\(folder)/logs" }
  /// What all `zdupgrade` have printed.
  var output: String { "\(folder)/zdupgrade.out" }
  /// The journal of the newest run.
  var journal: [JournalEntry] { JournalWatch.entries(in: logs) }
  /// Looks at the lab.
  private var reader: FinalStateReader { FinalStateReader(lab: lab, folder: folder, patience: patience) }

  /// Has `body` work on a new lab, which is gone behind it.
  ///
  /// - Parameter folder: is made; it stays.
  static func with<Result: Sendable>(
    _ product: CrashProduct, _ kind: CrashCase, _ options: CrashTestOptions, folder: String,
    _ body: (CrashStage) async throws -> Result
  ) async throws -> Result {
    try TextFile.makeFolder("\(folder)/home")
    let lab: any CrashLab =
      switch product {
      case .axway: try await AxwayCrashLab(kind, options)
      case .bluegreen: try await BlueGreenCrashLab(kind, options)
      }
    do {
      let result = try await body(
        CrashStage(lab: lab, folder: folder, zdupgrade: options.zdupgrade, patience: options.patience))
      await lab.down()
      return result
    } catch {
      await lab.down()
      throw error
    }
  }

  /// Runs `zdupgrade` to its end.
  ///
  /// - Parameter entry: has it kill itself behind this entry of the journal.
  /// - Returns: its exit code; 0 where there is nothing to run.
  /// - Throws: `Failure` of kind `.timeout` when it does not end.
  func run(_ command: CrashCommand = .run, crashingAt entry: Int? = nil) async throws -> Int32 {
    guard let arguments = lab.arguments(command, logs: logs) else { return 0 }
    var program = UpgradeProgram(path: zdupgrade, output: output)
    program.variables = ["HOME": "\(folder)/home", LabEnvironment.mark: lab.directory]
    if let entry { program.variables["ZDUPGRADE_CRASH_AT"] = "\(entry)" }
    let title = "zdupgrade \(arguments.prefix { !$0.hasPrefix("--") }.joined(separator: " "))"
    TextFile.append("--- \(title)\(entry.map { ", killed behind entry \($0)" } ?? "")\n", to: output)
    let work = Task { [program] in try await program.run(arguments) }
    let watch = Task {
      try await Task.sleep(for: Self.limit)
      work.cancel()
    }
    defer { watch.cancel() }
    do {
      return try await withTaskCancellationHandler {
        try await work.value
      } onCancel: {
        work.cancel()
      }
    } catch let error as CancellationError {
      guard !Task.isCancelled else { throw error }
      throw Failure(.timeout, "\(title) did not end within \(Self.limit.inSeconds)")
    }
  }

  /// What the operator was told that is worth a look: what `zdupgrade` itself complains of, and what has failed.
  var seen: [String] { CrashOutput(text: TextFile.read(output) ?? "", folder: folder).complaints }

  /// How the lab stands, and what the operator was told at the end.
  func state(code: Int32, until reference: FinalState?) async -> FinalState {
    var state = await reader.read(code: code, until: reference)
    let summary = CrashOutput(text: TextFile.read(output) ?? "", folder: folder).summary
    state.note(.act, FinalState.summary, summary.joined(separator: " / "))
    return state
  }
}
