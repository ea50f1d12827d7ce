/// What the operator and the traffic probe want of a run that is under way; the conductor asks before each thing it begins.
public actor RunControl {
  /// Why a run shall end before its plan does.
  enum End: Sendable, Hashable {
    /// The operator wants it so.
    case stop(String)
    /// The probe's budget is spent; nodes are taken back, or left as they are.
    case breach(Breach, takesBack: Bool)

    /// Why, in a phrase.
    var reason: String {
      switch self {
      case .stop(let reason): reason
      case .breach(let breach, _): breach.reason
      }
    }
  }

  private let reaction: BreachReaction
  /// Whether the operator has said yes to what cannot be taken back in any easy way.
  nonisolated let isConsentGiven: Bool
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var watchers: [Int: CheckedContinuation<Void, Never>] = [:]
  private var nextWatcher = 0
  /// Why the run waits for the operator, or will at the next occasion; nil when it does not.
  private(set) var pause: String?
  /// Why the run shall end; nil as long as it shall not.
  private(set) var end: End?
  /// The breach that the operator has not been asked about, or has not let pass.
  private(set) var openBreach: Breach?

  /// Control of one run.
  ///
  /// - Parameter isConsentGiven: whether the operator is not asked any more before what cannot be taken back.
  public init(onBreach reaction: BreachReaction = .abort, isConsentGiven: Bool = false) {
    self.reaction = reaction
    self.isConsentGiven = isConsentGiven
  }

  /// Whether the run waits for the operator, or will at the next occasion.
  public var isPausing: Bool { pause != nil }
  /// Whether the run shall end before its plan does.
  public var isEnding: Bool { end != nil }

  /// Takes no further node in hand: a node of which nothing is stopped yet is put back, one that is further is finished,
  /// then the run ends.
  public func stop(because reason: String) {
    end = end ?? .stop(reason)
    wake()
  }

  /// Ends a pause.
  public func goOn() {
    guard pause != nil else { return }
    pause = nil
    openBreach = nil
    wake()
  }

  /// The users suffer more than they may: the run does what the operator has chosen for this.
  func react(to breach: Breach) {
    openBreach = openBreach ?? breach
    switch reaction {
    case .pause: pause = pause ?? breach.reason
    case .abort: end = end ?? .breach(breach, takesBack: false)
    case .rollback: if !isTakingBack { end = .breach(breach, takesBack: true) }
    }
    wake()
  }

  /// Whether nodes are to be taken back because of a breach.
  var isTakingBack: Bool {
    if case .breach(_, takesBack: true) = end { true } else { false }
  }

  /// Has the run wait for the operator at the next occasion: before a node is taken out, or a stage begins.
  public func pause(because reason: String) { pause = pause ?? reason }

  /// Returns when there is no pause, or the run shall end.
  func untilResumed() async {
    while pause != nil, end == nil { await withCheckedContinuation { waiting.append($0) } }
  }

  /// Returns when the run shall end, or the task is cancelled.
  func untilEnding() async {
    guard end == nil, !Task.isCancelled else { return }
    nextWatcher += 1
    let watcher = nextWatcher
    await withTaskCancellationHandler {
      await withCheckedContinuation { watchers[watcher] = $0 }
    } onCancel: {
      Task { await self.release(watcher) }
    }
  }

  private func release(_ watcher: Int) { watchers.removeValue(forKey: watcher)?.resume() }

  private func wake() {
    for continuation in waiting { continuation.resume() }
    waiting = []
    guard end != nil else { return }
    for continuation in watchers.values { continuation.resume() }
    watchers = [:]
  }
}
