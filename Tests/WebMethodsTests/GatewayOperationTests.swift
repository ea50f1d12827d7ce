import Testing
import Upgrade

@testable import WebMethods

@Suite("What a gateway is asked for, as plans and journals have it")
struct GatewayOperationTests {
  private static let all: [GatewayOperation] = [
    .ensureHealthy, .ensureQuiescePort(QuiescePort(number: 4444, alias: "a b")), .registerWebhook,
    .clean(hasBackup: true), .clean(hasBackup: false), .quiesceDesigntime, .endDesigntime, .reindex(.core),
    .reindex(.logsAndEvents), .transform, .restart, .quiesceAll(QuiescePort(number: 1)),
    .shutDown(.administration, minutes: 10), .shutDown(.server, minutes: 1), .shutDown(.quiescePort, minutes: 2),
    .control(OperatorCommand(["/x", "it's \"\n§", ""], on: .control, timeout: 7)),
  ]

  @Test("each comes back from its name and arguments as it was", arguments: all)
  func roundTrip(operation: GatewayOperation) throws {
    let node = PlannerBench.node("Old-1", 1)
    let actions = GatewayActions(times: StepTimes(), file: "f")
    guard case .operation(let plain) = actions.action(operation, on: node) else {
      Issue.record("no operation")
      return
    }
    #expect(GatewayOperation(plain) == operation)
    #expect(plain.deadline > 0 && plain.isOneTime == operation.isOneTime && !plain.mayBeLeft)
  }

  @Test(
    "what is none is not taken for one",
    arguments: [
      Operation("other", deadline: 1), Operation("clean", deadline: 1),
      Operation("reindex", arguments: ["data": "all"], deadline: 1),
      Operation("quiesceAll", arguments: ["port": "x", "alias": "a"], deadline: 1),
      Operation("shutDown", arguments: ["route": "server"], deadline: 1),
      Operation("control", arguments: ["command": "[]", "timeout": "1"], deadline: 1),
      Operation("control", arguments: ["command": "[\"/x\",1]", "timeout": "1"], deadline: 1),
    ])
  func none(operation: Operation) { #expect(GatewayOperation(operation) == nil) }

  @Test("the lines do the same by hand, and hold no secret")
  func lines() {
    let node = PlannerBench.node("Old-1", 1)
    let actions = GatewayActions(times: StepTimes(), file: "my file.json")
    let lines = Self.all.flatMap { actions.action($0, on: node).lines }
    #expect(lines.count == 16)
    #expect(lines[0] == "zdupgrade gateway health --config 'my file.json' --node Old-1")
    #expect(
      lines.contains("zdupgrade gateway migrate clean --config 'my file.json' --node Old-1 --no_backup --wait 3600"))
    #expect(
      lines.contains("zdupgrade gateway migrate reindex --config 'my file.json' --node Old-1 --data logs --wait 86400"))
    #expect(lines.contains("zdupgrade gateway quiesce enable --config 'my file.json' --node Old-1 --block all"))
    #expect(lines.contains("zdupgrade gateway shutdown --config 'my file.json' --node Old-1 --bounce --force"))
    #expect(
      lines.contains { $0.hasPrefix("curl ") && $0.hasSuffix(" http://10.0.0.1:4444/invoke/wm.server.admin/shutdown") })
  }
}
