import Upgrade

/// Stands where settings are only checked; it connects to nothing.
struct NoConnections: SocketExchange, HTTPExchange {
  func exchange(
    _ bytes: [UInt8], with endpoint: SocketEndpoint, limit: Int, timeout: Duration
  ) async throws -> [UInt8] {
    throw refusal
  }

  func answer(to request: HTTPQuestion, trust: TLSTrust, timeout: Duration) async throws -> HTTPAnswer {
    throw refusal
  }

  private var refusal: Failure { Failure(.refused, "no connection may be made while settings are checked") }
}
