import Foundation
import TestDoubles
import Testing
import Upgrade

@Suite("A gate is the operator's command")
struct GateTests {
  private static let node = Node(
    name: "A $(x)", host: "a", groups: ["G 1", "G'2"], loadBalancerServer: "10.0.0.1:80")
  private static let place = GatePlace(wave: 2, waves: 3, done: ["Z"], remaining: ["A", "B"])

  private func pass(
    _ gate: Gate, node: Node? = node, _ answer: ScriptedHandler.Answer
  ) async -> (failure: Failure?, ran: [String], inputs: [[UInt8]], events: [Event], waited: Duration) {
    let handler = ScriptedHandler([("env", answer)])
    let journal = EventRecorder()
    let clock = ManualClock()
    let runner = CommandRunner(handler: handler, secrets: [:], diagnosis: NoDiagnosis(), journal: journal)
    let keeper = GateKeeper(runner: runner, journal: journal, clock: clock)
    var failure: Failure?
    do { try await keeper.pass(gate, at: Self.place, for: node) } catch { failure = Failure.from(error, as: .refused) }
    let waited = ManualClock().now.duration(to: clock.now)
    return (failure, await handler.ran, await Array(handler.inputs.values), await journal.events, waited)
  }

  @Test("it is told where it stands in its environment and as JSON, hostile names as data")
  func told() async throws {
    let result = await pass(Gate(.beforeNode, command: ["/bin/ask", "a b"]), .exits(0))
    #expect(result.failure == nil)
    #expect(
      result.ran == [
        "A $(x): /usr/bin/env ZDU_HOOK=beforeNode ZDU_WAVE=2 ZDU_WAVES=3 'ZDU_NODE=A $(x)' ZDU_HOST=a "
          + "'ZDU_GROUPS=G 1\nG'\\''2' ZDU_LOAD_BALANCER_SERVER=10.0.0.1:80 /bin/ask 'a b'"
      ])
    let input = try #require(result.inputs.first)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(input)) as? [String: Any])
    #expect(json["hook"] as? String == "beforeNode")
    #expect((json["node"] as? [String: Any])?["name"] as? String == "A $(x)")
    #expect((json["place"] as? [String: Any])?["remaining"] as? [String] == ["A", "B"])
    #expect(input.last == UInt8(ascii: "\n"))
  }

  @Test("it is tried again until it succeeds, as long as it may")
  func retried() async {
    let gate = Gate(.afterNode, command: ["/bin/ask"], retryFor: 20, interval: 5)
    let late = await pass(gate, .exits(1, 1, 0))
    #expect(late.failure == nil && late.ran.count == 3 && late.waited == .seconds(10))
    let never = await pass(gate, .exits(7, output: "no\n"))
    #expect(never.failure?.kind == .gate && never.failure?.exitCode == 7 && never.failure?.evidence == ["no"])
    #expect(never.ran.count == 5 && never.failure?.message == "afterNode: /bin/ask: exit code 7, after 5 tries")
  }

  @Test("a gate that hangs is a failure by its time-out; one with rollback fails as a step does")
  func failing() async {
    let hanging = await pass(
      Gate(.beforeNode, command: ["/bin/ask"], onFailure: .rollback), .fails(Failure(.timeout, "not done in 60 s")))
    #expect(hanging.failure?.kind == .exit && hanging.failure?.exitCode == 124)
  }

  @Test("what a gate of no single node prints is in the run's log")
  func printed() async {
    let result = await pass(Gate(.betweenWaves, command: ["/bin/ask"]), node: nil, .exits(0, output: "all is well\n"))
    #expect(result.events.contains(.note(node: nil, text: "  all is well")))
    #expect(result.ran.first?.contains("ZDU_NODE") == false)
  }
}
