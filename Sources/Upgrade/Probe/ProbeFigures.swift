/// What the probes of one target came to so far, as journal and summary have it. Times are milliseconds.
public struct ProbeFigures: Sendable, Hashable, Codable {
  /// How long the answers took, of those that were as expected.
  public struct Latency: Sendable, Hashable, Codable {
    /// Half of them were as fast as this.
    public let p50: Double
    /// 95 of 100 were.
    public let p95: Double
    /// 99 of 100 were.
    public let p99: Double
    /// The slowest.
    public let max: Double

    /// Percentiles.
    public init(p50: Double, p95: Double, p99: Double, max: Double) {
      self.p50 = p50
      self.p95 = p95
      self.p99 = p99
      self.max = max
    }
  }

  /// The target.
  public let url: String
  /// The probes that were answered as expected.
  public let answered: Int
  /// The probes that failed.
  public let failed: Int
  /// The probes that could not be measured.
  public let unmeasured: Int
  /// The longest time from a failed probe to the first good one behind it; 0 where none failed.
  public let longestGap: Double
  /// How long the answers took; nil without any.
  public let latency: Latency?
  /// Whether the last probe that is settled was a failed one.
  public let isFailing: Bool

  /// Figures.
  public init(
    url: String, answered: Int, failed: Int, unmeasured: Int, longestGap: Double, latency: Latency?,
    isFailing: Bool = false
  ) {
    self.url = url
    self.answered = answered
    self.failed = failed
    self.unmeasured = unmeasured
    self.longestGap = longestGap
    self.latency = latency
    self.isFailing = isFailing
  }

  /// All probes, also those that could not be measured.
  public var sent: Int { answered + failed + unmeasured }

  /// One line: `https://api.example/ping: 18,204 probes, 0 failed, longest gap 0 ms, p99 4.1 ms`.
  public var line: String {
    let speed = latency.map { "p99 \(ProbeText.milliseconds($0.p99))" } ?? "no good answer"
    let line =
      "\(url): \(ProbeText.count(sent)) probes, \(ProbeText.count(failed)) failed, longest gap "
      + "\(ProbeText.milliseconds(longestGap)), \(speed)"
    return line + (unmeasured == 0 ? "" : ", \(ProbeText.count(unmeasured)) could not be measured")
      + (isFailing ? ", still failing" : "")
  }
}
