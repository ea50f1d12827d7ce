/// Counts the outcomes of the probes of one target, in bounded memory. Pure.
public struct ProbeStatistics: Sendable, Hashable {
  /// The probes that were answered as expected.
  public private(set) var answered = 0
  /// The probes that failed.
  public private(set) var failed = 0
  /// The probes that could not be measured.
  public private(set) var unmeasured = 0
  private var latencies = LatencyHistogram()
  private var recent = LatencyHistogram()

  /// No outcomes yet.
  public init() {}

  /// Counts `outcome`, as that of `number` probes.
  public mutating func count(_ outcome: ProbeOutcome, number: Int = 1) {
    switch outcome {
    case .answered(let latency):
      answered += 1
      latencies.record(latency)
      recent.record(latency)
    case .failed: failed += 1
    case .unmeasured: unmeasured += number
    }
  }

  /// The figures for `url`; the percentiles are right to 1 %.
  public func figures(of url: String, longestGap: Duration, isFailing: Bool) -> ProbeFigures {
    ProbeFigures(
      url: url, answered: answered, failed: failed, unmeasured: unmeasured, longestGap: longestGap.inMilliseconds,
      latency: latencies.latency, isFailing: isFailing)
  }

  /// How long the answers took that came since this was asked before; nil without any.
  mutating func takeRecent() -> ProbeFigures.Latency? {
    guard recent.count > 0 else { return nil }
    defer { recent = LatencyHistogram() }
    return recent.latency
  }
}

extension LatencyHistogram {
  /// What the figures have of it; nil as long as there is nothing.
  fileprivate var latency: ProbeFigures.Latency? {
    guard let p50 = percentile(0.5), let p95 = percentile(0.95), let p99 = percentile(0.99) else { return nil }
    return .init(
      p50: p50.inMilliseconds, p95: p95.inMilliseconds, p99: p99.inMilliseconds, max: longest.inMilliseconds)
  }
}
