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
    var result = try await CrashStage.with(trial.kind, options, folder: folder) { stage in
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
      judge(await traffic.end(), &result)
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
    guard let disturbance = disturbance(stage) else {
      return try await KillRun(stage: stage, trial: trial, reference: reference).run(&result)
    }
    try await DisturbedRun(stage: stage, trial: trial, reference: reference, disturbance: disturbance).run(&result)
  }

  private func judge(_ traffic: (failed: Int, reasons: [String]), _ result: inout CrashTrialResult) {
    // While the load balancer is dead nobody can be served.
    guard trial.fault != .balancer else { return }
    result.failedRequests = traffic.failed
    if traffic.failed > 0 { result.complaints += ["\(traffic.failed) requests failed"] + traffic.reasons }
  }

  private func disturbance(_ stage: CrashStage) -> (any Disturbance)? {
    switch trial.fault {
    case .kill, .killAgain: nil
    case .sshd: SSHKill(lab: stage.lab)
    case .address: AddressCut(seconds: options.cut)
    case .balancer: BalancerKill(lab: stage.lab)
    case .diskControl: FullControlDisk(logs: stage.logs)
    case .diskNode: FullNodeDisk(lab: stage.lab)
    case .clock: ClockShift(lab: stage.lab, index: trial.point - 1)
    }
  }
}
