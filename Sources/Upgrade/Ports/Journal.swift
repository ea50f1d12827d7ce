/// Takes every event of a run, in the order in which it happened. What reads them - console, logs, summary - stands behind it.
public protocol Journal: Sendable {
  /// Takes `event`; returns when it is safe. Awaited before the act that the event announces.
  func record(_ event: Event) async
}

/// One reader of the events, behind a `Journal`.
public protocol EventReader: Sendable {
  /// Is handed every event in order, one at a time.
  func read(_ event: Event) async
}

/// A journal that hands each event to its readers, one event at a time.
public actor EventFeed: Journal {
  private let readers: [any EventReader]
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var isBusy = false
  private var isHalted = false
  private var halted: [CheckedContinuation<Void, Never>] = []

  /// A feed for `readers`; each event goes to them in this order.
  public init(_ readers: [any EventReader]) { self.readers = readers }

  /// Hands `event` to every reader before the next event is taken: an actor alone would let them overtake each other.
  public func record(_ event: Event) async {
    if isBusy {
      await withCheckedContinuation { waiting.append($0) }
    } else {
      isBusy = true
    }
    let isHeld = isHalted && event.announcesAnAct
    if !isHeld { for reader in readers { await reader.read(event) } }
    if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    if isHeld { await withCheckedContinuation { halted.append($0) } }
  }

  /// Has nothing begin any more, for a process that is about to end: who announces an act from now on waits for ever. What
  /// else happens is still taken.
  public func halt() { isHalted = true }
}
