import Upgrade

/// What the topology says about the gateway's own signal and about the check of the balancer that reads it.
struct HealthCheckSettings: Sendable, Hashable {
  /// Where the signal is.
  let path: String
  /// How often the balancer checks, in seconds.
  let interval: Double
  /// How many failed checks take a server out, and how many passed ones take it back.
  let fall: Int
  let rise: Int
  /// How long enabling may wait for the signal.
  let timeout: Duration

  static let keys = ["path", "interval", "fall", "rise", "shutdownDelay", "timeout"]

  /// Reads them.
  init(_ settings: SettingReader) throws(Failure) {
    path = try settings.string("path") ?? "/healthchecklb"
    guard path.hasPrefix("/") else { throw settings.complaint("path", "'\(path)' does not begin with a slash") }
    guard let interval = try settings.seconds("interval") else {
      throw settings.complaint("interval", "is missing: the seconds between two checks of the balancer")
    }
    guard let fall = try settings.integer("fall", in: 1...1000) else {
      throw settings.complaint("fall", "is missing: how many failed checks make the balancer take a server out")
    }
    guard let rise = try settings.integer("rise", in: 1...1000) else {
      throw settings.complaint("rise", "is missing: how many passed checks make the balancer take a server back")
    }
    let delay = try settings.seconds("shutdownDelay") ?? 10
    let needed = interval * Double(fall)
    guard needed < delay else {
      throw settings.complaint(
        "interval",
        "\(Self.text(interval)) s x fall \(fall) = \(Self.text(needed)) s, which is not less than the shutdownDelay of "
          + "\(Self.text(delay)) s: the balancer would send requests to a gateway that has ended")
    }
    (self.interval, self.fall, self.rise) = (interval, fall, rise)
    timeout = .seconds(try settings.integer("timeout", in: 1...3600) ?? 60)
  }

  /// What the balancer needs to see that a server is back.
  var timeToRise: Duration { .seconds(interval * Double(rise)) }

  private static func text(_ seconds: Double) -> String {
    Int(exactly: seconds).map { String($0) } ?? String((seconds * 1000).rounded() / 1000)
  }
}

extension SettingReader {
  /// A number of seconds above 0, which may have a fraction.
  fileprivate func seconds(_ key: String) throws(Failure) -> Double? {
    guard let value = value(key) else { return nil }
    guard case .number(let seconds) = value else { throw complaint(key, "must be a number, is \(value.kind)") }
    guard seconds > 0, seconds <= 3600 else { throw complaint(key, "must be more than 0 and at most 3600 seconds") }
    return seconds
  }
}
