import FoundationEssentials
import Upgrade

/// The first lines: which run it is, how far it is, what the load balancer and the probes say.
struct LiveHead {
  private let model: LiveModel
  private let now: Date
  private let width: Int

  init(_ model: LiveModel, now: Date, width: Int) {
    (self.model, self.now, self.width) = (model, now, width)
  }

  var lines: [LiveLine] { [title, standing] + probes }

  private var title: LiveLine {
    let name = LiveLine("zdupgrade ", .strong) + LiveLine(model.run?.text ?? "")
    return Self.line(name, times, width)
  }

  private var times: LiveLine {
    guard let began = model.began else { return LiveLine() }
    let elapsed = LiveLine(ShortTime.text(now.timeIntervalSince(began)), .strong)
    if let status = model.status {
      return LiveLine("\(status.name) (\(status.code))  ", status.code == 0 ? .good : .bad) + elapsed
    }
    guard let left = model.secondsLeft(at: now) else { return elapsed }
    return elapsed + LiveLine(", about \(ShortTime.text(left)) left", .faint)
  }

  private var standing: LiveLine {
    let doing: LiveLine
    if let pause = model.pause {
      doing = LiveLine("PAUSED: \(pause)", .busy)
    } else if let interlude = model.interlude {
      let seconds = interlude.began == .distantPast ? "" : ", " + ShortTime.text(now.timeIntervalSince(interlude.began))
      doing = LiveLine("\(interlude.title)\(seconds)", .busy)
    } else {
      doing = LiveLine(model.stage ?? (model.plan == nil ? "looking at the nodes" : ""))
    }
    return Self.line(doing, counts, width)
  }

  private var counts: LiveLine {
    let known = model.nodes.filter { $0.traffic != nil }
    guard !known.isEmpty else { return LiveLine("\(model.nodes.count) nodes", .faint) }
    let serving = known.count { $0.traffic == .serving }
    return LiveLine("load balancer: \(serving) of \(known.count) in", serving == known.count ? .good : .busy)
  }

  private var probes: [LiveLine] { model.probes.prefix(3).map(line) }

  private func line(_ probe: LiveProbe) -> LiveLine {
    var seen = LiveLine(
      probe.failed == 0 ? "0 failed" : "\(probe.failed) failed", probe.failed == 0 ? .good : .bad)
    if let since = probe.failingSince {
      seen = LiveLine("FAILING for \(ShortTime.text(now.timeIntervalSince(since))), ", .bad) + seen
    }
    if probe.sent > 0 { seen = seen + LiveLine(" of \(probe.sent)", .faint) }
    if let latency = probe.latency {
      seen = seen + LiveLine(", p50 \(Self.milliseconds(latency.p50)), p99 \(Self.milliseconds(latency.p99))")
    }
    return Self.line(LiveLine("probe \(probe.url)", .faint), seen, width)
  }

  private static func milliseconds(_ value: Double) -> String {
    value < 9.95 ? "\((value * 10).rounded() / 10) ms" : "\(Int(value.rounded())) ms"
  }

  /// `left` and, at the right edge, `right`, which stays whole.
  private static func line(_ left: LiveLine, _ right: LiveLine, _ width: Int) -> LiveLine {
    guard right.columns > 0 else { return left.cut(to: width) }
    return (left.fitted(to: max(0, width - right.columns - 2)) + LiveLine("  ") + right).cut(to: width)
  }
}
