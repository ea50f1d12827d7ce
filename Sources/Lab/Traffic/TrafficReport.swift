/// What became of steady requests to one URL; every one is counted.
public struct TrafficReport: Sendable, Hashable {
  /// One request that failed.
  public struct FailedRequest: Sendable, Hashable {
    /// When it was sent, from the start of the traffic.
    public let sent: Duration
    /// Why it failed.
    public let reason: String
  }

  /// How many requests are kept one by one when they fail; the others are only counted.
  static let keptFailures = 1000

  /// The requests that were answered or failed.
  public private(set) var total = 0
  /// The requests that failed.
  public private(set) var failed = 0
  /// The first of those that failed, in the order in which they did.
  public private(set) var failures: [FailedRequest] = []
  /// The answers by version and node, as `7.7 Node-A`.
  public private(set) var answers: [String: Int] = [:]
  /// The longest time without an answer that was good, from the start to the last answer.
  public private(set) var longestGap = Duration.zero
  /// From the first failed request to the first that succeeded after the last failed one; nil where none failed. Where
  /// nothing succeeded after it, to the end of the last failed one.
  public var interruption: Duration? { outage.map { $0.ended - $0.began } }
  /// The same, from the start of the traffic.
  var outage: (began: Duration, ended: Duration)? { firstFailure.map { ($0, recovery ?? lastFailure) } }

  private var firstFailure: Duration?
  private var lastFailure = Duration.zero
  private var recovery: Duration?
  private var lastSuccess = Duration.zero

  /// Counts one more.
  mutating func add(_ outcome: TrafficOutcome) {
    total += 1
    switch outcome.result {
    case .success(let identity):
      answers["\(identity.version) \(identity.node)", default: 0] += 1
      longestGap = max(longestGap, outcome.ended - lastSuccess)
      lastSuccess = max(lastSuccess, outcome.ended)
      if firstFailure != nil, recovery == nil, outcome.sent > lastFailure { recovery = outcome.ended }
    case .failure(let fault):
      failed += 1
      firstFailure = min(firstFailure ?? outcome.sent, outcome.sent)
      lastFailure = max(lastFailure, outcome.ended)
      recovery = nil
      longestGap = max(longestGap, outcome.ended - lastSuccess)
      if failures.count < Self.keptFailures { failures.append(FailedRequest(sent: outcome.sent, reason: fault.reason)) }
    }
  }
}
