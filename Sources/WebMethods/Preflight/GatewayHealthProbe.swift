import Upgrade

/// Asks gateways' health checks as their administrators, each by its own trust.
public struct GatewayHealthProbe: HealthProbe {
  private let clients: [String: GatewayClient]

  /// A probe of the nodes that `clients` ask.
  public init(_ clients: some Sequence<GatewayClient>) {
    self.clients = Dictionary(clients.map { ($0.url.health, $0.withoutRetry) }) { first, _ in first }
  }

  /// 200 where the gateway serves, whatever else it says; see `HealthProbe`. The time is the gateway's own.
  public func status(of url: String, timeout: Duration) async throws -> Int {
    guard let client = clients[url] else { throw Failure(.unhealthy, "\(url) is no gateway's health check") }
    switch try await client.health() {
    case .answered(.red): throw Failure(.unhealthy, "the health of \(client.name) is red")
    case .answered: return 200
    case .refused(let status, _): return status
    case .silent(let failure): throw Failure(.unhealthy, failure.message)
    }
  }
}
