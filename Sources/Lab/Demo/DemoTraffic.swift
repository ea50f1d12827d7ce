/// The requests of a demo: steady traffic on the groups with several instances, a probe of each group with one.
struct DemoTraffic: Sendable {
  /// Requests a second of a probe: its interruptions are known to some 50 ms.
  static let probeRate = 20

  private let traffic: [(LabGroup, TrafficClient)]
  private let probes: [(LabGroup, TrafficClient)]

  /// Begins to send.
  ///
  /// - Parameters:
  ///   - timeout: for one whole answer.
  ///   - isNumbered: whether each request has a name of its own.
  static func begin(
    _ groups: [LabGroup], rate: Int, timeout: Duration, isNumbered: Bool
  ) async -> DemoTraffic {
    let several = groups.filter { $0.instanceCount > 1 }
    let single = groups.filter { $0.instanceCount == 1 }
    func client(_ group: LabGroup, _ rate: Int) -> TrafficClient {
      TrafficClient(url: "\(group.url)/", rate: rate, timeout: timeout, isNumbered: isNumbered)
    }
    let demo = DemoTraffic(
      traffic: several.map { ($0, client($0, rate)) }, probes: single.map { ($0, client($0, probeRate)) })
    for (_, client) in demo.traffic + demo.probes { await client.begin() }
    return demo
  }

  /// Whether there is a group that traffic goes to.
  var hasTraffic: Bool { !traffic.isEmpty }

  /// The requests of the traffic so far, without the probes'.
  var total: Int {
    get async {
      var total = 0
      for (_, client) in traffic { total += await client.report.total }
      return total
    }
  }

  /// Sends nothing more, and waits for the last answers.
  func stop() async -> (traffic: [(LabGroup, TrafficReport)], probes: [(LabGroup, TrafficReport)]) {
    (await Self.stop(traffic), await Self.stop(probes))
  }

  private static func stop(_ clients: [(LabGroup, TrafficClient)]) async -> [(LabGroup, TrafficReport)] {
    var reports: [(LabGroup, TrafficReport)] = []
    for (group, client) in clients { reports.append((group, await client.stop())) }
    return reports
  }
}
