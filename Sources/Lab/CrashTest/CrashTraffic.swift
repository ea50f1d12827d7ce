/// Steady requests to the groups of a lab that have several instances: none of them may fail.
struct CrashTraffic: Sendable {
  /// Requests a second to each group.
  private static let rate = 12
  /// An answer may take as long as TCP needs to come back from an address that was cut off.
  private static let limit = Duration.seconds(30)

  private let clients: [(group: String, client: TrafficClient)]

  /// Begins to send; returns when each group has answered.
  static func begin(on lab: any CrashLab) async -> CrashTraffic {
    let groups = lab.groups.filter { $0.instanceCount > 1 }
    let traffic = CrashTraffic(
      clients: groups.map {
        ($0.name, TrafficClient(url: "\($0.url)/", rate: rate, timeout: limit, isNumbered: lab.isCounting))
      })
    for (_, client) in traffic.clients {
      await client.begin()
      _ = await Waiting.missing(within: .seconds(5)) { await client.report.total == 0 ? ["an answer"] : [] }
    }
    return traffic
  }

  /// What became of the requests.
  struct Outcome: Sendable {
    var answered = 0
    var failed = 0
    /// Why the first of them failed.
    var reasons: [String] = []
  }

  /// Sends nothing more and waits for the last answers.
  func end() async -> Outcome {
    var result = Outcome()
    for (group, client) in clients {
      let report = await client.stop()
      result.answered += report.total - report.failed
      result.failed += report.failed
      result.reasons += report.failures.prefix(3).map { "\(group): \($0.reason) at \($0.sent)" }
    }
    return result
  }
}
