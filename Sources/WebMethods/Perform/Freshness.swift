/// Tells whether a state is one of what was begun, and not left over from before.
///
/// A state counts when another one was seen since, or when the gateway has had the settling time to tell of the new one.
struct Freshness<State: Equatable & Sendable>: Sendable {
  /// What it said before; nil where that is not known, and the first look is taken for it.
  private(set) var before: State?
  private(set) var hasChanged = false
  private let begun: Stopwatch
  private let settling: Duration

  init(behind before: State?, settling: Duration, by clock: any Clock<Duration>) {
    self.before = before
    self.settling = settling
    begun = Stopwatch(clock)
  }

  /// Whether the gateway has had time enough.
  var isSettled: Bool { begun.elapsed >= settling }

  /// Takes in what the gateway says, and tells whether it counts.
  mutating func counts(_ state: State) -> Bool {
    if before == nil { before = state }
    if before != state { hasChanged = true }
    return hasChanged || isSettled
  }
}
