import Upgrade

/// The commands of `zdupgrade` that an operator gives one after the other.
struct DemoNight: Sendable {
  let zdupgrade: UpgradeProgram
  /// The arguments of the run itself: `run` and its options.
  let run: [String]
  /// The run's log folder.
  let logs: String
  let story: DemoStory

  /// Looks before anything is changed: `check` where this `zdupgrade` has it, `plan`, and the dry run.
  ///
  /// - Parameter folder: for what is not shown.
  func look(in folder: String) async throws {
    let shown = Self.withoutLogs(run.dropFirst())
    if try await hasCheck(folder) { try await demand("check", ["check"] + shown) }
    try await demand("plan", ["plan"] + shown)
    var quiet = zdupgrade
    quiet.output = "\(folder)/dry-run.out"
    // As long as the plan, and the same.
    try await demand("run --dry_run", run + ["--dry_run"], by: quiet)
  }

  /// Runs a command.
  ///
  /// - Returns: its exit code.
  @discardableResult
  func perform(_ title: String, _ arguments: [String], by program: UpgradeProgram? = nil) async throws -> Int32 {
    story.tell("--- zdupgrade \(title)")
    let start = ContinuousClock.now
    let code = try await (program ?? zdupgrade).run(arguments)
    story.note(title, exitCode: code, duration: ContinuousClock.now - start)
    return code
  }

  private func demand(_ title: String, _ arguments: [String], by program: UpgradeProgram? = nil) async throws {
    let code = try await perform(title, arguments, by: program)
    if code != 0 { story.complain("zdupgrade \(title) ended with \(code)") }
  }

  /// The help of a command that is not there is that of the program.
  private func hasCheck(_ folder: String) async throws -> Bool {
    var quiet = zdupgrade
    quiet.output = "\(folder)/check.out"
    let code = try await quiet.run(["help", "check"])
    return code == 0 && TextFile.read("\(folder)/check.out")?.contains("USAGE: zdupgrade check") == true
  }

  /// What changes nothing keeps no log.
  static func withoutLogs(_ arguments: ArraySlice<String>) -> [String] {
    guard let index = arguments.firstIndex(of: "--log_dir") else { return Array(arguments) }
    return Array(arguments[..<index] + arguments[index...].dropFirst(2))
  }
}
