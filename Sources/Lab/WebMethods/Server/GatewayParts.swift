import AsyncHTTPClient
import Upgrade

/// What a gateway's process consists of, put together.
struct GatewayParts: Sendable {
  let log: TransactionLog
  let lifecycle = GatewayLifecycle()
  let webhooks: WebhookSender
  let ports: PortRegistry

  /// The parts of the gateway, whose folders are made where they are not there; nothing listens yet.
  ///
  /// - Throws: `Failure` when the datastore cannot be read, or the password is missing.
  init(_ options: APIGatewayOptions, isQuiesced: Bool, client: HTTPClient) async throws {
    try DatastoreFolder(path: options.datastore).make()
    try TextFile.makeFolder(options.home)
    guard let password = Credentials.secret(options.passwordFile), !password.isEmpty else {
      throw Failure(.refused, "the administrator's password is not in \(options.passwordFile)")
    }
    let faults = GatewayFaultInjector(
      store: options.faults.map(GatewayFaultStore.init(folder:)), gateway: options.name)
    let catalog = APICatalog()
    try await catalog.load(options)
    log = TransactionLog(options)
    webhooks = WebhookSender(options, faults: faults, client: client)
    let door = Late<GatewayFrontDoor>()
    ports = PortRegistry(options) { port in
      HTTPListener(address: options.address, port: port) { request in
        await door.value.answer(request, isMainPort: port == options.port)
      }
    }
    let quiesce = QuiesceControl(isQuiesced: isQuiesced)
    let runner = MigrationRunner(options: options, webhooks: webhooks, faults: faults, client: client)
    door.set(
      GatewayFrontDoor(
        administrator: BasicUser(name: options.username, password: password), quiesce: quiesce, faults: faults,
        runtime: RuntimeResponder(options: options, catalog: catalog, log: log, faults: faults),
        services: ServerServices(ports: ports, lifecycle: lifecycle, faults: faults), record: CallRecord(options),
        resources: [
          "quiescemode": QuiesceResource(
            options: options, control: quiesce, ports: ports, log: log, webhooks: webhooks, faults: faults),
          "ports": PortsResource(ports: ports), "webhooks": WebhooksResource(options: options),
          "migration": MigrationResource(options: options, runner: runner, faults: faults),
          "shutdown": ShutdownResource(lifecycle: lifecycle, faults: faults),
          "search": SearchResource(catalog: catalog),
          "health": HealthResource(options: options, faults: faults),
          "apis": AssetsResource(options: options, catalog: catalog),
        ]))
  }
}
