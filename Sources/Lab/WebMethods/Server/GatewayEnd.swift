/// How a gateway's process is to end.
struct GatewayEnd: Sendable, Hashable {
  /// How long requests in flight may take; nil when they are not waited for.
  var drain: Duration?
  /// Whether it comes back.
  var isBounce = false
  /// Whether the sums in memory are flushed, and it comes back quiesced.
  var isQuiescing = false

  /// How many minutes a drain may take when nothing is said.
  static let standardMinutes = 10

  /// What the signals TERM and INT mean.
  static let signal = GatewayEnd(drain: .seconds(5))

  init(drain: Duration?) { self.drain = drain }

  /// Reads `force` or `drain`; nil when it is neither.
  init?(option: String, minutes: Int, isBounce: Bool, isQuiescing: Bool) {
    switch option {
    case "force": drain = nil
    case "drain": drain = .seconds(60 * minutes)
    default: return nil
    }
    self.isBounce = isBounce
    self.isQuiescing = isQuiescing
  }

  /// What the process tells the one that started it.
  var exitCode: Int32 {
    guard isBounce else { return 0 }
    return isQuiescing ? Self.bounceQuiesced : Self.bounce
  }

  /// Start it again.
  static let bounce: Int32 = 75
  /// Start it again, quiesced.
  static let bounceQuiesced: Int32 = 76
}
