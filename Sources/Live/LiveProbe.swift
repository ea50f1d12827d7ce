public import FoundationEssentials
import Upgrade

/// What the traffic probe sees of one address, as the live view shows it.
public struct LiveProbe: Sendable {
  /// The address.
  public let url: String
  /// How many probes have failed so far.
  public private(set) var failed = 0
  /// How many were sent when they were last counted.
  public private(set) var sent = 0
  /// The speed of the last answers; nil before the first.
  public private(set) var latency: ProbeFigures.Latency?
  /// Since when probes fail; nil when they do not.
  public private(set) var failingSince: Date?

  init(_ url: String) { self.url = url }

  mutating func apply(_ event: ProbeEvent) {
    switch event {
    case .failed: failed += 1
    case .sample(_, let latency): self.latency = latency
    case .failing(_, let since, _, _): failingSince = since
    case .recovered: failingSince = nil
    case .figures(let figures, _), .ended(let figures):
      sent = figures.sent
      failed = max(failed, figures.failed)
    case .began, .unmeasured, .blind, .seeing: break
    }
  }
}
