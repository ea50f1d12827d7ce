import TestDoubles

/// What may go wrong with one thing that is asked of the fleet.
enum Fault: Sendable {
  /// It is refused, with or without having had its effect.
  case refused(hasEffect: Bool)
  /// It is ended by a signal before it has its effect.
  case signal
  /// It takes too long; what it should do is done, or is not.
  case timeout(hasEffect: Bool)
  /// A stop takes too long, and has its effect a little later.
  case late
  /// The connection is lost; what it should do is done, or is not.
  case lost(hasEffect: Bool)

  /// Whether it had its effect at once.
  var hasEffect: Bool {
    switch self {
    case .refused(let hasEffect), .timeout(let hasEffect), .lost(let hasEffect): hasEffect
    case .signal, .late: false
    }
  }
}

/// Which faults a case has: the same ones for the same seed, whatever runs at the same time.
struct FaultPlan: Sendable {
  let seed: UInt64
  /// How many of a thousand acts go wrong.
  let permille: Int

  /// What goes wrong with the `count`th time that `key` is asked for; nil when nothing does.
  func fault(_ key: String, _ count: Int, isLook: Bool) -> Fault? {
    guard permille > 0 else { return nil }
    // A look that fails does so several times: who asks again at once is not told more.
    var random = SplitMix64(seed: seed &+ UInt64(isLook ? count / 4 : count) &* 0x9E37, key: key)
    guard random.happens(isLook ? (permille + 3) / 4 : permille) else { return nil }
    let hasEffect = random.happens(500)
    return random.one(of: [
      .refused(hasEffect: hasEffect), .signal, .timeout(hasEffect: hasEffect), .late, .lost(hasEffect: hasEffect),
    ])
  }
}
