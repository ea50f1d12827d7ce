import Testing
import TestDoubles
import Upgrade
import WebMethods

/// A client whose gateway is scripted, and whose pauses take no time.
struct Bench {
  static let password = "p\"ä:s/s"
  let http: ScriptedExchange
  let clock = ManualClock()
  let client: GatewayClient

  init(_ replies: ScriptedExchange.Reply..., retry: RetryPolicy = .standard) throws {
    http = ScriptedExchange(replies)
    client = GatewayClient(
      name: "old-1", url: try #require(GatewayURL("https://gw.example:5543")),
      login: .init(user: "Administrator", password: Secret(Self.password)), trust: TLSTrust(caFile: "/ca.pem"),
      retry: retry, http: http, clock: clock)
  }

  /// The failure of `body`.
  static func failure(of body: () async throws -> Void) async -> Failure? {
    do {
      try await body()
      return nil
    } catch {
      return error as? Failure
    }
  }
}
