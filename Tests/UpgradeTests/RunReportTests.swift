import Testing
import Upgrade

@Suite("The report of a run on many nodes")
struct RunReportTests {
  private static func report(nodes count: Int, _ events: [Event]) async -> [String] {
    let report = RunReport()
    let nodes = (1...count).map { Node(name: "N\($0)", host: "n\($0)", groups: ["G"]) }
    await report.read(.runStarted(Plan(title: "T", nodes: nodes, phases: [], stages: [])))
    for event in events { await report.read(event) }
    await report.read(.runEnded(.success))
    return await report.lines()
  }

  @Test("the same warning of many nodes is one line; of a few it is a line each")
  func warnings() async {
    let many = await Self.report(nodes: 41, (1...41).map { .warning(node: "N\($0)", text: "WARN: old key") })
    #expect(many.contains("  N1, N2, N3, N4, N5, N6 and 35 more: WARN: old key"), "\(many)")
    let few = await Self.report(nodes: 2, (1...2).map { .warning(node: "N\($0)", text: "WARN: old key") })
    #expect(few.suffix(2) == ["  N1: WARN: old key", "  N2: WARN: old key"])
  }

  @Test("a node that warns without end does not fill memory, nor the screen")
  func endless() async {
    let lines = await Self.report(nodes: 1, (1...5000).map { .warning(node: "N1", text: "WARN \($0)") })
    #expect(lines.count { $0.contains("WARN ") } == 100)
    #expect(lines.last == "  N1: 4900 more, which are in its log")
  }

  @Test("what a message means is said once for a node")
  func findings() async {
    let finding = Finding(line: "  ERROR 1", meaning: "do this")
    let lines = await Self.report(nodes: 1, Array(repeating: .finding(node: "N1", finding), count: 300))
    #expect(lines.count { $0.contains("do this") } == 1 && lines.last == "  N1: ERROR 1 -> do this")
  }

  @Test("what is left to the operator is said behind a success only", arguments: [Status.success, .rollbackFailed])
  func checklist(status: Status) async {
    let report = RunReport()
    await report.read(.runStarted(Plan(title: "T", nodes: [], phases: [], stages: [], checklist: ["tell the users"])))
    await report.read(.runEnded(status))
    let lines = await report.lines()
    #expect(lines.contains("  tell the users") == (status == .success))
    #expect(lines.contains("To do after the upgrade:") == (status == .success))
  }
}
