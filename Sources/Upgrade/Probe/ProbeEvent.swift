import FoundationEssentials

/// Something that the traffic probe saw. Times of day are those of the probe's sending, durations are milliseconds.
///
/// Every failed probe is an event for the logs. What the console shows is where trouble begins and ends, and of that
/// no more than a few lines in ten seconds (`isShown`); what was left out is counted in the next figures.
public enum ProbeEvent: Sendable, Hashable, Codable {
  /// Probing begins: the question, and how often it is asked a second.
  case began(question: String, rate: Int)
  /// A probe failed.
  case failed(url: String, at: Date, fault: ProbeFault)
  /// Probes could not be measured, `count` in a row from `at` on.
  case unmeasured(url: String, at: Date, obstacle: ProbeObstacle, count: Int)
  /// The first failed probe behind a good one.
  case failing(url: String, since: Date, fault: ProbeFault, isShown: Bool)
  /// The first good probe behind failed ones.
  case recovered(url: String, at: Date, failed: Int, gap: Double, isShown: Bool)
  /// The first probe that could not be measured.
  case blind(url: String, since: Date, obstacle: ProbeObstacle, isShown: Bool)
  /// The first probe that could be measured again.
  case seeing(url: String, at: Date, unmeasured: Int, duration: Double, isShown: Bool)
  /// How long the answers took since the sample before.
  case sample(url: String, ProbeFigures.Latency)
  /// The figures so far, about every ten seconds; `hidden` lines were kept from the console since the last ones.
  case figures(ProbeFigures, hidden: Int)
  /// The figures of the whole run.
  case ended(ProbeFigures)

  /// The event as a line.
  public var line: String {
    switch self {
    case .began(let question, let rate): return "probe: \(question), \(rate) a second"
    case .failed(let url, let date, let fault): return "probe \(url): failed at \(ProbeText.time(date)): \(fault.text)"
    case .unmeasured(let url, let date, let obstacle, let count):
      let probes = count == 1 ? "" : "\(ProbeText.count(count)) probes "
      return "probe \(url): \(probes)not measured at \(ProbeText.time(date)): \(obstacle.text)"
    case .failing(let url, let date, let fault, _):
      return "probe \(url): FAILING since \(ProbeText.time(date)): \(fault.text)"
    case .recovered(let url, let date, let failed, let gap, _):
      let probes = failed == 1 ? "1 probe" : "\(ProbeText.count(failed)) probes"
      return
        "probe \(url): good again since \(ProbeText.time(date)): \(probes) failed, gap \(ProbeText.milliseconds(gap))"
    case .blind(let url, let date, let obstacle, _):
      return "probe \(url): cannot be measured since \(ProbeText.time(date)): \(obstacle.text)"
    case .seeing(let url, let date, let count, let duration, _):
      return "probe \(url): measured again since \(ProbeText.time(date)): \(ProbeText.count(count)) were not, "
        + "for \(ProbeText.milliseconds(duration))"
    case .sample(let url, let latency):
      return "probe \(url): half within \(ProbeText.milliseconds(latency.p50)), 99 of 100 within "
        + ProbeText.milliseconds(latency.p99)
    case .figures(let figures, let hidden):
      return "probe \(figures.line)" + (hidden == 0 ? "" : "; \(hidden) more lines about it are in the log")
    case .ended(let figures): return "probe \(figures.line)"
    }
  }

  /// Whether it tells of users who suffer.
  public var isFailure: Bool {
    switch self {
    case .failed, .failing: true
    default: false
    }
  }

  /// Whether the console shows it.
  public var isShown: Bool {
    switch self {
    case .began: true
    case .failed, .unmeasured, .sample, .ended: false
    case .failing(_, _, _, let isShown), .recovered(_, _, _, _, let isShown): isShown
    case .blind(_, _, _, let isShown), .seeing(_, _, _, _, let isShown): isShown
    case .figures(_, let hidden): hidden > 0
    }
  }
}

extension ProbeEvent {
  /// The address that it is about; nil for all.
  public var url: String? {
    switch self {
    case .began: nil
    case .failed(let url, _, _), .unmeasured(let url, _, _, _), .failing(let url, _, _, _),
      .recovered(let url, _, _, _, _), .sample(let url, _), .blind(let url, _, _, _), .seeing(let url, _, _, _, _):
      url
    case .figures(let figures, _), .ended(let figures): figures.url
    }
  }
}
