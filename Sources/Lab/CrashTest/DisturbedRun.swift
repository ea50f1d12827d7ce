import Synchronization
import Upgrade

/// An upgrade during which something befalls the lab at one step.
struct DisturbedRun: Sendable {
  let stage: CrashStage
  let trial: CrashTrial
  let reference: CrashReference
  let disturbance: any Disturbance

  /// Runs it to its end, and once more where it needs that.
  func run(_ result: inout CrashTrialResult) async throws {
    do {
      try await disturbance.prepare()
      try await upgrade(&result)
      await disturbance.cleanUp()
    } catch {
      await disturbance.cleanUp()
      throw error
    }
  }

  private func upgrade(_ result: inout CrashTrialResult) async throws {
    let (code, isReached) = try await disturbed()
    result.isReached = isReached
    var state = await stage.state(code: code, until: reference.state)
    let differences = state.differences(from: reference.state)
    guard !differences.isEmpty else { return }
    guard !disturbance.mustGoUnnoticed else { return result.complaints += differences }
    if stage.seen.isEmpty { result.complaints.append("it ended with \(code) and said nothing") }
    // One that was taken back is taken back to its end first, and upgraded when it is resumed once more.
    var last = code
    while last != trial.product.exitCode(trial.kind), last != CrashStage.refused || result.resumes == 0,
      result.resumes < 3
    {
      result.resumes += 1
      last = try await stage.run(.resume)
    }
    var kinds: Set<FinalState.Kind> = [.standing, .trace]
    if last == CrashStage.refused {
      // A run that has ended, its nodes taken back, is begun anew; what tells of it is still there.
      kinds = [.standing]
      result.resumes += 1
      last = try await stage.run()
    }
    state = await stage.state(code: last, until: reference.state)
    result.complaints += state.differences(from: reference.state, in: kinds)
  }

  /// Runs `zdupgrade`; what befalls the lab is over when it returns.
  private func disturbed() async throws -> (code: Int32, isReached: Bool) {
    let isOver = Flag()
    let blow = Task { try await strike { isOver.isSet } }
    do {
      let code = try await stage.run()
      isOver.set()
      return (code, try await blow.value)
    } catch {
      blow.cancel()
      _ = try? await blow.value
      throw error
    }
  }

  /// Waits for the step, has it happen, and waits until it is over.
  ///
  /// - Returns: whether the step was reached.
  private func strike(until isOver: @escaping @Sendable () -> Bool) async throws -> Bool {
    guard trial.fault != .clock else { return true }
    guard let node = try await node(until: isOver) else { return false }
    do {
      try await disturbance.strike(node)
      let end = disturbance.duration.map { ContinuousClock.now + $0 }
      while !isOver(), end.map({ ContinuousClock.now < $0 }) ?? true { try await Task.sleep(for: .milliseconds(10)) }
      await disturbance.heal(node)
    } catch {
      await disturbance.heal(node)
      throw error
    }
    return true
  }

  /// The node whose step it is; nil when the run ends before.
  private func node(until isOver: @escaping @Sendable () -> Bool) async throws -> LabNode? {
    var watch = JournalWatch(logs: stage.logs)
    var steps = 0
    while true {
      let isLast = isOver()
      for entry in watch.news() {
        guard case .stepStarted(let step, _) = entry.event else { continue }
        steps += 1
        if steps == trial.point { return stage.lab.node(step.node) }
      }
      if isLast { return nil }
      try await Task.sleep(for: .milliseconds(3))
    }
  }
}

/// Whether something has come to pass.
private final class Flag: Sendable {
  private let state = Mutex(false)

  var isSet: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}
