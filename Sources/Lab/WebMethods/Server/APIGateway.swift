import AsyncHTTPClient
import FoundationEssentials
import Glibc
import HummingbirdCore
import Upgrade

/// The process that serves as one webMethods API Gateway; `APIGatewayLauncher` starts it, and again after a bounce.
public struct APIGateway: Sendable {
  /// The signals TERM and INT end it as a drain of 5 s does.
  private let options: APIGatewayOptions

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
    let datastore = DatastoreFolder(path: options.datastore)
    try datastore.make()
    try TextFile.makeFolder(options.home)
    guard let password = Credentials.secret(options.passwordFile), !password.isEmpty else {
      throw Failure(.refused, "the administrator's password is not in \(options.passwordFile)")
    }
    let administrator = BasicUser(name: options.username, password: password)
    let faults = GatewayFaultInjector(
      store: options.faults.map(GatewayFaultStore.init(folder:)), gateway: options.name)
    let catalog = APICatalog()
    try await catalog.load(options)
    let log = TransactionLog(options)
    let lifecycle = GatewayLifecycle()
    let webhooks = WebhookSender(options, faults: faults, client: client)
    let quiesce = QuiesceControl(isQuiesced: isQuiesced)
    let door = Late<GatewayFrontDoor>()
    let ports = PortRegistry(options) { [options] port in
      HTTPListener(address: options.address, port: port) { request in
        await door.value.answer(request, isMainPort: port == options.port)
      }
    }
    let runner = MigrationRunner(options: options, webhooks: webhooks, faults: faults, client: client)
    door.set(
      GatewayFrontDoor(
        administrator: administrator, quiesce: quiesce, faults: faults,
        runtime: RuntimeResponder(options: options, catalog: catalog, log: log, faults: faults),
        services: ServerServices(ports: ports, lifecycle: lifecycle),
        resources: [
          "quiescemode": QuiesceResource(
            options: options, control: quiesce, ports: ports, log: log, webhooks: webhooks, faults: faults),
          "ports": PortsResource(ports: ports), "webhooks": WebhooksResource(options: options),
          "migration": MigrationResource(options: options, runner: runner, faults: faults),
          "shutdown": ShutdownResource(lifecycle: lifecycle), "search": SearchResource(catalog: catalog),
          "health": HealthResource(options: options, faults: faults),
          "apis": AssetsResource(options: options, catalog: catalog),
        ]))
    let stop = StopSignals()
    let signals = Task { for await _ in stop.numbers { lifecycle.end(.signal) } }
    let writing = Task { await log.writeRegularly() }
    defer { for task in [signals, writing] { task.cancel() } }
    try await ports.start(isQuiesced: isQuiesced)
    try options.servingRecord.write()
    await webhooks.fire(.serverStarted)
    let end = await lifecycle.wait()
    try await finish(end, ports, log, webhooks)
    options.servingRecord.remove()
    return end.exitCode
  }

  private func finish(
    _ end: GatewayEnd, _ ports: PortRegistry, _ log: TransactionLog, _ webhooks: WebhookSender
  ) async throws {
    await ports.closeAll(within: end.drain ?? .zero)
    try log.flush()
    if end.drain != nil || end.isQuiescing { try log.flush(TransactionLog.Metrics.allCases) }
    if end.drain != nil { await webhooks.finish(within: .seconds(2)) }
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
