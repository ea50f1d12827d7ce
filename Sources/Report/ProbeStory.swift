import FoundationEssentials
import Upgrade

/// What the traffic probe saw of one address, with its times.
public struct ProbeStory: Sendable {
  /// The speed of the answers up to a moment.
  public struct Sample: Sendable {
    /// When that was.
    public let time: Date
    /// How long the answers took since the sample before, in milliseconds.
    public let latency: ProbeFigures.Latency
  }

  /// A time in which probes failed.
  public struct Gap: Sendable {
    /// From the first failed probe to the first good one.
    public internal(set) var span: TimeSpan
    /// Why the first one failed.
    public let reason: String
    /// How many did; nil as long as they do.
    public internal(set) var failed: Int?
  }

  /// The address.
  public let url: String
  /// The speed over time.
  public private(set) var samples: [Sample] = []
  /// When it failed.
  public private(set) var gaps: [Gap] = []

  init(_ url: String) { self.url = url }

  /// Takes in what was seen at `time`.
  mutating func apply(_ event: ProbeEvent, at time: Date) {
    switch event {
    case .sample(_, let latency): samples.append(Sample(time: time, latency: latency))
    case .failing(_, let since, let fault, _): gaps.append(Gap(span: TimeSpan(since), reason: fault.text))
    case .recovered(_, let date, let failed, _, _):
      guard let last = gaps.indices.last else { return }
      gaps[last].span.ended = date
      gaps[last].failed = failed
    case .began, .failed, .unmeasured, .blind, .seeing, .figures, .ended: break
    }
  }
}
