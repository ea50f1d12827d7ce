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
}
