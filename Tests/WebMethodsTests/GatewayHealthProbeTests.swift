import Testing
import Upgrade

@testable import WebMethods

@Suite("The health checks of gateways, as a run's probe")
struct GatewayHealthProbeTests {
  private static func answer(_ reply: ScriptedExchange.Reply) async -> Result<Int, Failure> {
    let bench = PreflightBench(PlannerBench.settings(.major, old: 1, new: 1), ["New-1": [reply]])
    let probe = GatewayHealthProbe(bench.clients.values)
    do {
      let url = bench.clients["New-1"]?.url.health ?? ""
      let status = try await probe.status(of: url, timeout: .seconds(1))
      #expect(await bench.left == 0)
      return .success(status)
    } catch {
      return .failure(Failure.from(error, as: .refused))
    }
  }

  @Test("a gateway that is green, yellow or says nothing of itself serves; another status is given as it is")
  func serving() async {
    for body in [#"{"status":"green"}"#, #"{"status":"yellow"}"#, "{}"] {
      #expect(await Self.answer(.ok(body)) == .success(200))
    }
    for status in [401, 404, 503] { #expect(await Self.answer(.status(status, "{}")) == .success(status)) }
  }

  @Test("red, silence and a URL that is no gateway's are unhealthy")
  func unhealthy() async {
    for reply in [PreflightBench.red, .lost, .late] {
      guard case .failure(let failure) = await Self.answer(reply) else {
        Issue.record("it is taken for healthy")
        continue
      }
      #expect(failure.kind == .unhealthy && !failure.message.contains("hidden"))
    }
    let bench = PreflightBench(PlannerBench.settings(.major), [:])
    let failure = await Bench.failure {
      _ = try await GatewayHealthProbe(bench.clients.values).status(
        of: "http://10.9.9.9:1/health", timeout: .seconds(1))
    }
    #expect(failure?.kind == .unhealthy)
  }

  @Test("each gateway is asked by its own administrator's client")
  func own() async throws {
    let bench = PreflightBench(
      PlannerBench.settings(.major, old: 1, new: 1), ["Old-1": [.status(503, "{}")], "New-1": [PreflightBench.green]])
    let probe = GatewayHealthProbe(bench.clients.values)
    let old = try await probe.status(of: "http://10.0.0.1:5555/rest/apigateway/health", timeout: .seconds(1))
    let new = try await probe.status(of: "http://10.0.0.11:5555/rest/apigateway/health", timeout: .seconds(1))
    #expect(old == 503 && new == 200)
  }
}
