import Synchronization
import Upgrade

/// A probe sender that answers when, and as, the test says.
public final class ScriptedSender: ProbeSender {
  private struct State {
    var count = 0
    var usual: ProbeOutcome?
    var open: [Int: CheckedContinuation<ProbeOutcome, Never>] = [:]
    var early: [Int: ProbeOutcome] = [:]
  }

  private let state: Mutex<State>

  /// A sender whose probes are all answered with `usual` at once; without it each waits for `answer`.
  public init(_ usual: ProbeOutcome? = nil) { state = Mutex(State(usual: usual)) }

  /// The probes that were sent.
  public var count: Int { state.withLock(\.count) }

  /// The probes that wait for their answer.
  public var openCount: Int { state.withLock(\.open.count) }

  /// What probes get from now on.
  public func answerAll(_ outcome: ProbeOutcome?) { state.withLock { $0.usual = outcome } }

  /// Answers the probe of that number, the first being 0; also one that is not sent yet.
  public func answer(_ number: Int, _ outcome: ProbeOutcome) {
    let waiting = state.withLock { state in
      let waiting = state.open.removeValue(forKey: number)
      if waiting == nil { state.early[number] = outcome }
      return waiting
    }
    waiting?.resume(returning: outcome)
  }

  /// Answers as told.
  public func send(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
    await withCheckedContinuation { continuation in
      let outcome = state.withLock { state -> ProbeOutcome? in
        let number = state.count
        state.count += 1
        if let outcome = state.early.removeValue(forKey: number) ?? state.usual { return outcome }
        state.open[number] = continuation
        return nil
      }
      if let outcome { continuation.resume(returning: outcome) }
    }
  }
}
