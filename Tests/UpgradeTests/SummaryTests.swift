import TestDoubles
import Testing
import Upgrade

@Suite("The summary table")
struct SummaryTests {
  private static let phases = ["EXPORT", "UPGRADE", "PRE-APPLY", "APPLY", "POST-APPLY"].map {
    Phase($0, banner: $0, failure: Status("\($0)_FAILED", 70), isDisruptive: false)
  }

  private static func plan(_ names: [String]) -> Plan {
    Plan(
      title: "MULTI-NODE ZERO DOWN-TIME UPGRADE SUMMARY",
      nodes: names.map { Node(name: $0, host: $0, groups: []) }, phases: phases, stages: [])
  }

  @Test("success looks exactly as the vendor prints it")
  func success() {
    let names = ["Node-A", "Node-B", "Node-C"]
    var results = Results()
    for name in names { for phase in Self.phases { results.add(name, phase, .passed) } }
    let table = Summary(Self.plan(names), results, .success).lines.joined(separator: "\n")
    #expect(
      table == """
        Summary table (Status.SUCCESS):
            +------------+------------+------------+------------+------------+------------+------------+
            | MULTI-NODE ZERO DOWN-TIME UPGRADE SUMMARY                                                |
            +------------+------------+------------+------------+------------+------------+------------+
            | NODE       | EXPORT     | UPGRADE    | PRE-APPLY  | APPLY      | POST-APPLY | ROLLBACK   |
            +------------+------------+------------+------------+------------+------------+------------+
            | Node-A     | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | *          |
            +------------+------------+------------+------------+------------+------------+------------+
            | Node-B     | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | *          |
            +------------+------------+------------+------------+------------+------------+------------+
            | Node-C     | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | *          |
            +------------+------------+------------+------------+------------+------------+------------+
        """)
  }

  @Test("a three-digit exit code makes every column wider, as in the vendor's failed table")
  func failed() {
    let names = ["Node-A", "Node-B", "Node-C"]
    var results = Results()
    for name in names {
      results.add(name, Self.phases[0], .passed)
      let result: PhaseResult = name == "Node-C" ? .failed(Failure(.exit, "x", exitCode: 100)) : .passed
      results.add(name, Self.phases[1], result)
    }
    let table = Summary(Self.plan(names), results, Status("UPGRADE_FAILED", 71)).lines.joined(separator: "\n")
    #expect(
      table == """
        Summary table (Status.UPGRADE_FAILED):
            +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
            | MULTI-NODE ZERO DOWN-TIME UPGRADE SUMMARY                                                              |
            +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
            | NODE         | EXPORT       | UPGRADE      | PRE-APPLY    | APPLY        | POST-APPLY   | ROLLBACK     |
            +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
            | Node-A       | PASSED (0)   | PASSED (0)   | *            | *            | *            | *            |
            +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
            | Node-B       | PASSED (0)   | PASSED (0)   | *            | *            | *            | *            |
            +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
            | Node-C       | PASSED (0)   | FAILED (100) | *            | *            | *            | *            |
            +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
        """)
  }

  @Test("wide characters and long names stay aligned")
  func wide() {
    let lines = Summary(Self.plan(["节点-一", "a-very-long-node-name", "e\u{301}"]), Results(), .success).lines.dropFirst()
    #expect(Set(lines.map(DisplayWidth.columns)).count == 1)
  }

  @Test("phases that are too many for a line have a row each, as long as the nodes are fewer")
  func turned() {
    let phases = (1...9).map { Phase("PHASE \($0)", banner: "", failure: Status("FAILED", 70), isDisruptive: false) }
    func plan(_ count: Int) -> Plan {
      let nodes = (1...count).map { Node(name: "Old-\($0)", host: "h", groups: []) }
      return Plan(title: "BLUE-GREEN", nodes: nodes, phases: phases, stages: [])
    }
    var results = Results()
    for phase in phases.prefix(3) { results.add("Old-1", phase, .passed) }
    results.add("Old-2", phases[1], .failed(Failure(.exit, "x", exitCode: 100)))
    let table = Summary(plan(2), results, Status("FAILED", 70)).lines.joined(separator: "\n")
    #expect(
      table == """
        Summary table (Status.FAILED):
            +----------+------------+--------------+
            | BLUE-GREEN                           |
            +----------+------------+--------------+
            | PHASE    | Old-1      | Old-2        |
            | PHASE 1  | PASSED (0) | *            |
            | PHASE 2  | PASSED (0) | FAILED (100) |
            | PHASE 3  | PASSED (0) | *            |
            | PHASE 4  | *          | *            |
            | PHASE 5  | *          | *            |
            | PHASE 6  | *          | *            |
            | PHASE 7  | *          | *            |
            | PHASE 8  | *          | *            |
            | PHASE 9  | *          | *            |
            | ROLLBACK | *          | *            |
            +----------+------------+--------------+
        """)
    #expect(Summary(plan(9), results, .success).lines[4].hasPrefix("    | PHASE "))
    #expect(Summary(plan(10), results, .success).lines[4].hasPrefix("    | NODE "))
  }

  private static func groups(_ count: Int, of size: Int) -> Plan {
    let nodes = (0..<count * size).map { Node(name: "N\($0)", host: "n", groups: ["G\($0 / size + 1)"]) }
    return Plan(title: "SUMMARY", nodes: nodes, phases: Self.phases, stages: [])
  }

  private static func passed(_ nodes: some Sequence<Node>, _ phases: Int) -> Results {
    var results = Results()
    for node in nodes { for phase in Self.phases.prefix(phases) { results.add(node.name, phase, .passed) } }
    return results
  }

  @Test("of more than 40 nodes, those of a group that stand alike are one row")
  func folded() {
    let plan = Self.groups(3, of: 30)
    let table = Summary(plan, Self.passed(plan.nodes, 5), .success).lines.joined(separator: "\n")
    #expect(
      table == """
        Summary table (Status.SUCCESS):
            +---------------+------------+------------+------------+------------+------------+----------+
            | SUMMARY                                                                                   |
            +---------------+------------+------------+------------+------------+------------+----------+
            | NODE          | EXPORT     | UPGRADE    | PRE-APPLY  | APPLY      | POST-APPLY | ROLLBACK |
            | G1 (30 nodes) | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | *        |
            | G2 (30 nodes) | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | *        |
            | G3 (30 nodes) | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | PASSED (0) | *        |
            +---------------+------------+------------+------------+------------+------------+----------+
        """)
    let all = Summary(plan, Self.passed(plan.nodes, 5), .success, allNodes: true).lines
    #expect(all.count == 1 + 3 + 2 * 91 && all.contains { $0.contains("| N89 ") })
  }

  @Test("who failed has a row of its own, behind all others")
  func foldedFailure() {
    let plan = Self.groups(2, of: 30)
    var results = Self.passed(plan.nodes.prefix(40), 5)
    results.add("N40", Self.phases[0], .passed)
    results.add("N40", Self.phases[1], .failed(Failure(.exit, "x", exitCode: 7)))
    results.add("N3", .rollback, .passed)
    let rows = Summary(plan, results, Status("UPGRADE_FAILED", 71)).lines.dropFirst(5).dropLast()
    let names = rows.map { $0.split(separator: "|")[1].filter { $0 != " " } }
    #expect(names == ["G1(29of30nodes)", "N3", "G2(10of30nodes)", "G2(19of30nodes)", "N40"])
    #expect(rows.last?.contains("FAILED (7)") == true)
  }

  @Test("40 nodes are shown as they always were, 41 are folded")
  func limit() {
    #expect(Summary(Self.groups(1, of: 40), Results(), .success).lines.count == 1 + 3 + 2 * 41)
    #expect(Summary(Self.groups(1, of: 41), Results(), .success).lines.count == 1 + 3 + 3)
  }
}
