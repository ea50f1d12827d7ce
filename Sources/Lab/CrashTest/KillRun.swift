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
    var code = try await stage.run(crashingAt: trial.fault == .killAgain ? reference.plan + trial.point : trial.point)
    result.isReached = code == CrashStage.killed
    var isTold = true
    while code == CrashStage.killed, result.resumes < Self.patience {
      let journal = stage.journal
      // Killed behind its last entry, a run had come to its end, and has not told of it. A success is told by 'resume'; a
      // failure would be gone on with.
      if let status = journal.last?.status {
        isTold = status.code == 0
        code = isTold ? try await stage.run(.resume) : status.code
        break
      }
      result.resumes += 1
      code = try await goOn(behind: journal)
    }
    let state = await stage.state(code: code, until: reference.state)
    result.complaints += state.differences(from: reference.state, except: isTold ? [] : [FinalState.summary])
  }
}

extension KillRun {
  /// Has the run go on; one that had no plan yet has touched nothing, and may be begun anew instead.
  private func goOn(behind journal: [JournalEntry]) async throws -> Int32 {
    let next = trial.fault == .killAgain ? trial.point : nil
    let code = try await stage.run(.resume, crashingAt: next.map { journal.count + $0 })
    guard code != 0, code != CrashStage.killed, !journal.contains(where: \.isPlan) else { return code }
    guard case .opened(let origin) = journal.first?.event else { return code }
    _ = try await stage.run(.unlock(origin.run))
    return try await stage.run(crashingAt: next.map { reference.plan + $0 })
  }
}

extension JournalEntry {
  /// Whether the plan is known from here on.
  var isPlan: Bool { if case .runStarted = event { true } else { false } }
}
