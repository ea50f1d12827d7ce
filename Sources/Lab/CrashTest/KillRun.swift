import Upgrade

/// An upgrade that is killed at one entry of its journal, and resumed; or killed again and again.
struct KillRun: Sendable {
  /// How often a run is resumed before it is given up.
  private static let patience = 60

  let stage: CrashStage
  let trial: CrashTrial
  let reference: CrashReference

  /// Runs it to its end.
  func run(_ result: inout CrashTrialResult) async throws {
    var code = try await stage.run(crashingAt: trial.point)
    result.isReached = code == CrashStage.killed
    while code == CrashStage.killed, result.resumes < Self.patience {
      result.resumes += 1
      let entries = stage.journal.count
      code = try await stage.run(.resume, crashingAt: trial.fault == .killAgain ? entries + trial.point : nil)
      // Killed before there was a plan, a run has touched nothing and may be refused: it is begun anew.
      if code == CrashStage.refused, !stage.journal.contains(where: \.isPlan) {
        code = try await stage.run(crashingAt: trial.fault == .killAgain ? trial.point : nil)
      }
    }
    let state = await stage.state(code: code, until: reference.state)
    result.complaints += state.differences(from: reference.state)
  }
}

extension JournalEntry {
  /// Whether the plan is known from here on.
  var isPlan: Bool { if case .runStarted = event { true } else { false } }
}
