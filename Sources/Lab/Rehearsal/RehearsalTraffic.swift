import FoundationEssentials
import Rehearsal

/// The requests of a rehearsal: those of a demo, and long ones, so that there is something to drain.
struct RehearsalTraffic: Sendable {
  private static let keptReasons = 5
  /// Long requests a second, to all groups together: more would keep the machine busy with nothing else.
  private static let longRate = 40

  private let steady: DemoTraffic
  private let long: [(LabGroup, TrafficClient)]
  private let began: Date

  /// Begins to send to all `groups`.
  static func begin(_ groups: [LabGroup], _ order: RehearsalOrder) async -> RehearsalTraffic {
    let began = Date()
    let limit = Duration.milliseconds(order.longestRequest) + .seconds(10)
    var clients: [(LabGroup, TrafficClient)] = []
    for group in groups where order.longestRequest > 0 {
      // On each instance there is always one that was begun a short while ago.
      let most = max(2, longRate / groups.count)
      let rate = min(most, max(1, (8000 * group.instanceCount + order.longestRequest - 1) / order.longestRequest))
      let url = "\(group.url)/slow?ms=\(order.longestRequest)"
      // One for each instance at the same time: among other requests at even distances, a balancer that gives them out in
      // turn would else send the long ones to the same instance again and again.
      let client = TrafficClient(url: url, rate: rate, burst: group.instanceCount, timeout: limit)
      clients.append((group, client))
    }
    for (_, client) in clients { await client.begin() }
    let steady = await DemoTraffic.begin(
      groups, rate: max(5, order.rate / max(1, groups.count)), timeout: .seconds(5), isNumbered: false)
    return RehearsalTraffic(steady: steady, long: clients, began: began)
  }

  /// Why requests failed, each reason once.
  private static func reasons(_ failures: [TrafficReport.FailedRequest]) -> [String] {
    var seen: Set<String> = []
    let reasons = failures.map {
      $0.reason.contains("deadlineExceeded") ? "no whole answer in time (is this machine too busy?)" : $0.reason
    }
    return Array(reasons.filter { seen.insert($0).inserted }.prefix(keptReasons))
  }

  /// Sends nothing more, and waits for the last answers.
  func stop() async -> [RehearsalAccount.Traffic] {
    let long = await long.concurrentMap { group, client in (name: group.name, report: await client.stop()) }
    let seen = await steady.stop()
    return (seen.traffic + seen.probes).map { group, report in
      let more = long.first { $0.name == group.name }?.report
      let failures = report.failures + (more?.failures ?? [])
      return RehearsalAccount.Traffic(
        group: group.name, instances: group.instanceCount, requests: report.total + (more?.total ?? 0),
        failed: report.failed + (more?.failed ?? 0), reasons: Self.reasons(failures),
        interruption: group.instanceCount > 1
          ? nil : report.outage.map { [began + $0.began.seconds, began + $0.ended.seconds] })
    }
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
