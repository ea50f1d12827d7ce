import Glibc
import Upgrade

/// A mixed load on all groups of a running lab, of which every request is accounted for on both sides.
///
/// It must be stopped; that waits for the answers that are still to come, for 60 s at most each.
public struct LoadTraffic: Sendable {
  private let lab: LabDescription
  private let run: String
  private let start: ContinuousClock.Instant
  private let stopping: LoadStop
  private let work: Task<[LoadRecord], any Error>

  /// The share of the connections of a group with several instances, where one with a single instance has 1.
  private static let share = 4

  /// Begins to send.
  ///
  /// - Throws: `Failure` when there are fewer connections than groups, or something of the system is missing.
  public static func begin(_ options: LoadOptions, on lab: Lab) throws -> LoadTraffic {
    let groups = lab.description.groups
    let endpoints = try groups.map { group throws(Failure) in try LoadEndpoint(group) }
    let (stop, start) = (try LoadStop(), ContinuousClock.now)
    let run = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
    let plan = plan(options, groups)
    let paced = plan.filter(\.kind.isPaced).count
    let workers = plan.enumerated().map { index, place in
      // Connections that fill themselves must not go wild where all fails at once.
      let interval = place.kind.isPaced ? .seconds(paced) / max(options.rate, 1) : Duration.milliseconds(500)
      return LoadWorker(
        run: run, index: index, count: plan.count, group: place.group, kind: place.kind,
        endpoint: endpoints[place.group], interval: interval, longSeconds: options.longSeconds, start: start,
        stop: stop)
    }
    let work = Task {
      try await withThrowingTaskGroup(of: [LoadRecord].self) { group in
        for worker in workers { group.addTask { try await LoadThread.run { worker.work() } } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
    }
    return LoadTraffic(lab: lab.description, run: run, start: start, stopping: stop, work: work)
  }

  /// Sends nothing more, waits for the last answers, and compares.
  public func stop() async throws -> LoadReport {
    let duration = ContinuousClock.now - start
    stopping.set()
    let records = try await work.value
    let served = await served(records)
    return LoadAccount(groups: lab.groups, records: records, served: served, duration: duration).report
  }

  /// Which connection does what, as `LoadKind.mixture` has it in every group.
  static func plan(_ options: LoadOptions, _ groups: [LabGroup]) -> [(group: Int, kind: LoadKind)] {
    let shares = groups.indices.flatMap { index in
      Array(repeating: index, count: groups[index].instanceCount > 1 ? share : 1)
    }
    guard !shares.isEmpty else { return [] }
    var counts = groups.map { _ in 0 }
    var plan: [(group: Int, kind: LoadKind)] = []
    for index in 0..<options.connections {
      let group = shares[index % shares.count]
      plan.append((group, LoadKind.mixture[counts[group] % LoadKind.mixture.count]))
      counts[group] += 1
    }
    let several = groups.indices.filter { groups[$0].instanceCount > 1 }
    guard !several.isEmpty else { return plan }
    return plan + (0..<options.longConnections).map { (several[$0 % several.count], .long) }
  }

  /// The instances' records; an instance writes an answer down only after the client may have it.
  private func served(_ records: [LoadRecord]) async -> ServedCounts {
    let deadline = ContinuousClock.now + .seconds(5)
    while true {
      let served = ServedCounts(in: lab.layout.served, run: run)
      let isWhole = records.allSatisfy { record in
        let count = served[record.repeated ?? record.sequence]
        return record.outcome != .good || count.completed >= count.begun
      }
      if isWhole || ContinuousClock.now > deadline { return served }
      await Task.detached { try? await Task.sleep(for: .milliseconds(50)) }.value
    }
  }
}
