import Upgrade

/// Runs one trial of a crash test.
struct CrashTrialRun: Sendable {
  let trial: CrashTrial
  let options: CrashTestOptions
  let reference: CrashReference

  /// Runs it; the lab is gone when it returns or throws.
  ///
  /// - Parameter folder: for what `zdupgrade` leaves; it stays.
  /// - Throws: only `CancellationError` and what keeps a lab from being made; all else is in the result.
  func run(folder: String) async throws -> CrashTrialResult {
    let start = ContinuousClock.now
    var result = try await CrashStage.with(trial.product, trial.kind, options, folder: folder) { stage in
      var result = CrashTrialResult(trial: trial)
      let traffic = await CrashTraffic.begin(on: stage.lab)
      do {
        try await perform(stage, &result)
      } catch let failure as Failure {
        result.complaints.append(failure.description)
      } catch {
        _ = await traffic.end()
        throw error
      }
      let sent = await traffic.end()
      judge(sent, &result)
      result.complaints += await stage.lab.complaints(answered: sent.answered, within: options.patience)
      result.seen = stage.seen
      return result
    }
    result.duration = Int((ContinuousClock.now - start).components.seconds)
    result.evidence = folder
    if !result.isGood {
      TextFile.append(result.complaints.map { "\($0)\n" }.joined(), to: "\(folder)/complaints.out")
    }
    return result
  }

  private func perform(_ stage: CrashStage, _ result: inout CrashTrialResult) async throws {
    guard let disturbance = stage.lab.disturbance(trial, options, logs: stage.logs) else {
      return try await KillRun(stage: stage, trial: trial, reference: reference).run(&result)
    }
    try await DisturbedRun(stage: stage, trial: trial, reference: reference, disturbance: disturbance).run(&result)
  }

  private func judge(_ traffic: CrashTraffic.Outcome, _ result: inout CrashTrialResult) {
    // While the load balancer is dead nobody can be served.
    guard trial.fault != .balancer else { return }
    result.failedRequests = traffic.failed
    if traffic.failed > 0 { result.complaints += ["\(traffic.failed) requests failed"] + traffic.reasons }
  }
}
