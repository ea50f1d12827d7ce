import AsyncHTTPClient
import FoundationEssentials
import Glibc
import HummingbirdCore
import Upgrade

/// The process that serves as one webMethods API Gateway; `APIGatewayLauncher` starts it, and again after a bounce.
/// The signals TERM and INT end it as a drain of 5 s does.
public struct APIGateway: Sendable {
  private let options: APIGatewayOptions

  /// How long answers that are given already may take to be sent, where nothing is waited for: that to the shutdown itself.
  private static let lastAnswers = Duration.milliseconds(100)

  /// The gateway.
  public init(_ options: APIGatewayOptions) { self.options = options }

  /// Serves until it is told to end.
  ///
  /// - Parameters:
  ///   - isQuiesced: whether only the quiesce port is open, and the gateway's package disabled.
  ///   - launcher: the process without which this one must not go on; nil where there is none.
  /// - Returns: the exit code, which tells the launcher whether to start it again.
  public func serve(isQuiesced: Bool, launcher: Int32?) async -> Int32 {
    let client = HTTPClient(configuration: .singleTry)
    let watch = Task { await endWith(launcher) }
    defer { watch.cancel() }
    do {
      let code = try await serve(isQuiesced: isQuiesced, client: client)
      try? await client.shutdown()
      return code
    } catch {
      ToolOutput().say("zdulab: gateway \(options.name): \(error)")
      try? await client.shutdown()
      return 1
    }
  }

  private func serve(isQuiesced: Bool, client: HTTPClient) async throws -> Int32 {
    let parts = try await GatewayParts(options, isQuiesced: isQuiesced, client: client)
    let stop = StopSignals()
    let signals = Task { for await _ in stop.numbers { parts.lifecycle.end(.signal) } }
    let writing = Task { await parts.log.writeRegularly() }
    defer { for task in [signals, writing] { task.cancel() } }
    try await parts.ports.start(isQuiesced: isQuiesced)
    try options.servingRecord.write()
    await parts.webhooks.fire(.serverStarted)
    let end = await parts.lifecycle.wait()
    try await finish(end, parts)
    options.servingRecord.remove()
    return end.exitCode
  }

  private func finish(_ end: GatewayEnd, _ parts: GatewayParts) async throws {
    await parts.ports.closeAll(within: end.drain ?? Self.lastAnswers)
    try parts.log.flush()
    if end.drain != nil || end.isQuiescing { try parts.log.flush(TransactionLog.Metrics.allCases) }
    if end.drain != nil { await parts.webhooks.finish(within: .seconds(2)) }
  }

  /// A launcher that was killed takes this process with it, at once and without a flush.
  private func endWith(_ launcher: Int32?) async {
    guard let launcher else { return }
    while !Task.isCancelled {
      if getppid() != launcher { kill(getpid(), SIGKILL) }
      try? await Task.sleep(for: .milliseconds(100))
    }
  }
}
