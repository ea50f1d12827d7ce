import Glibc
import Subprocess
import Upgrade

/// The process above a gateway's own, as the Integration Server's wrapper is: it starts the gateway again after a
/// bounce, and ends with it otherwise.
public struct APIGatewayLauncher: Sendable {
  private let options: APIGatewayOptions
  private let program: String
  private let arguments: [String]

  /// - Parameters:
  ///   - program: `zdulab`.
  ///   - arguments: those with which it serves as this gateway.
  public init(_ options: APIGatewayOptions, program: String, arguments: [String]) {
    self.options = options
    self.program = program
    self.arguments = arguments
  }

  /// Runs until the gateway has ended for good, or SIGTERM or SIGINT came.
  ///
  /// - Parameter report: is told `ready` when the gateway serves for the first time, or why it does not.
  /// - Returns: the exit code: 0 behind a shutdown without a bounce.
  public func run(report: @escaping @Sendable (String) -> Void) async -> Int32 {
    do {
      try TextFile.makeFolder(options.home)
      if let other = options.launcherRecord.running {
        report("it is already running (pid \(other.pid))")
        return 1
      }
      try options.launcherRecord.write()
      defer { options.launcherRecord.remove() }
      let stop = StopSignals()
      let running = Task { try await keepRunning(report) }
      let signals = Task { for await _ in stop.numbers { running.cancel() } }
      defer { signals.cancel() }
      let code = try await running.value
      report("the gateway ended with \(code)")
      return code
    } catch is CancellationError {
      return 0
    } catch {
      report("\(error)")
      return 1
    }
  }

  private func keepRunning(_ report: @escaping @Sendable (String) -> Void) async throws -> Int32 {
    var code = try await start(isQuiesced: false, report)
    while code == GatewayEnd.bounce || code == GatewayEnd.bounceQuiesced {
      try await Task.sleep(for: .milliseconds(options.bounceDelay))
      code = try await start(isQuiesced: code == GatewayEnd.bounceQuiesced, report)
    }
    return code
  }

  private func start(isQuiesced: Bool, _ report: @escaping @Sendable (String) -> Void) async throws -> Int32 {
    let faults = GatewayFaultInjector(
      store: options.faults.map(GatewayFaultStore.init(folder:)), gateway: options.name)
    try await faults.meet(.start)
    try Task.checkCancellation()
    let ready = Task {
      while !Task.isCancelled {
        if options.servingRecord.running != nil { return report("ready") }
        try? await Task.sleep(for: .milliseconds(10))
      }
    }
    defer { ready.cancel() }
    var platform = PlatformOptions()
    platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))]
    let result = try await Subprocess.run(
      .path(.init(program)),
      arguments: Arguments(arguments + ["--launcher", "\(getpid())"] + (isQuiesced ? ["--quiesced"] : [])),
      platformOptions: platform, input: .none,
      output: .fileDescriptor(.init(rawValue: STDOUT_FILENO), closeAfterSpawningProcess: false),
      error: .fileDescriptor(.init(rawValue: STDERR_FILENO), closeAfterSpawningProcess: false))
    try Task.checkCancellation()
    switch result.terminationStatus {
    case .exited(let code): return code
    case .signaled(let number): return 128 + number
    }
  }
}
