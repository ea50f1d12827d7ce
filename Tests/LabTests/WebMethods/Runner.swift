import AsyncHTTPClient
import Upgrade

@testable import Lab

/// Runs a reindex inside of the test.
struct Runner {
  let options: APIGatewayOptions

  init(_ options: APIGatewayOptions) throws { self.options = options }

  /// - Returns: the reason when it failed.
  func reindex(url: String, password: String) async throws -> String? {
    let client = HTTPClient(configuration: .singleTry)
    let faults = GatewayFaultInjector(store: nil, gateway: options.name)
    let runner = MigrationRunner(
      options: options, webhooks: WebhookSender(options, faults: faults, client: client), faults: faults,
      client: client)
    let source = Setting.object([
      "url": .string(url), "username": .string("elastic"), "password": .string(password),
    ])
    let request = try ReindexRequest(
      ["indicesType": .string("core"), "sourceElasticsearch": source], version: options.version)
    let ledger = MigrationLedger(DatastoreFolder(path: options.datastore))
    _ = try ledger.begin("reindex")
    await runner.run(.reindex(request))
    try await client.shutdown()
    if case .failure(let reason)? = ledger.state(of: "reindex") { return reason }
    return nil
  }
}
