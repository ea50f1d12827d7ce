import Upgrade

/// Does a task of the harness once, with the product's own SSH; the harness measures the process.
public struct Bench: Sendable {
  private let farm: BenchFarm
  private let options: BenchOptions

  /// Tasks on the hosts of `farm`.
  public init(_ farm: BenchFarm, _ options: BenchOptions) {
    self.farm = farm
    self.options = options
  }

  /// Does `task`, which is one on a farm.
  ///
  /// - Parameter folder: where a journal may be written.
  /// - Throws: `Failure` when it cannot be begun; what goes wrong with single commands is in the result.
  public func run(_ task: BenchTask, in folder: String) async throws -> BenchResult {
    switch task {
    case .fanOut: await FanOutBench(farm: farm, hosts: try farm.hosts(options.hosts)).run()
    case .chatter: try await ChatterBench(farm: farm, host: try farm.hosts(1)[0], count: options.count).run()
    case .stream: try await StreamBench(farm: farm, host: try farm.hosts(1)[0], bytes: options.bytes).run()
    case .rolling:
      try await RollingBench(
        farm: farm, hosts: try farm.hosts(3), journalFolder: options.isJournaled ? folder : nil
      ).run()
    case .volume: await VolumeBench(farm: farm, hosts: try farm.hosts(options.hosts), bytes: options.bytes).run()
    case .upgrade: throw Failure(.refused, "task \(task.rawValue) needs a lab, and no farm")
    }
  }
}
