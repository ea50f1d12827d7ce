import Foundation
import TestDoubles
import Testing
import Upgrade

@testable import Axway

@Suite("Checks, judged by what nodes say")
struct CheckTests {
  private static let admin = Topology.reference.nodes[0]
  private static let plain = Topology.reference.nodes[1]

  private static func facts(_ lines: String...) throws -> NodeFacts {
    try #require(NodeFacts(output: Array((lines.map { "zdu \($0)\n" }.joined() + "zdu end\n").utf8)))
  }

  private static func results(_ checks: [Check]) -> [String: String] {
    Dictionary(checks.map { ($0.check.rawValue, $0.result.rawValue) }) { first, _ in first }
  }

  @Test("a look that breaks off tells nothing, and what a login shell prints is passed over")
  func broken() throws {
    #expect(NodeFacts(output: Array("zdu user apigw\n".utf8)) == nil)
    let facts = try #require(NodeFacts(output: Array("Welcome!\nzdu user apigw\nzdu end\n".utf8)))
    #expect(facts.user == "apigw")
  }

  @Test(
    "jars are judged by what the new installation has of them",
    arguments: [
      ("", "pass", "no jar in ext/lib"), ("jar same ext/lib/a.jar", "pass", "has all 1 jars"),
      ("jar missing groups/group-2/instance-1/ext/lib/a b.jar", "warn", "group-2/instance-1/ext/lib/a b.jar"),
      ("jar differs ext/lib/a.jar", "warn", "another one in the new installation: ext/lib/a.jar"),
      ("jar shipped ext/lib/a.jar", "warn", "the new version comes with one of that name: ext/lib/a.jar"),
      ("jar corrupt ext/lib/a.jar", "warn", "corrupt, so not copied: ext/lib/a.jar"),
      ("jar unreadable ext/lib/a.jar", "warn", "cannot be read: ext/lib/a.jar"),
    ])
  func jars(line: String, result: String, seen: String) throws {
    let check = HandWorkChecks(node: Self.plain, facts: try Self.facts(line)).extLib
    #expect(check.result.rawValue == result && check.evidence.contains(seen), "\(check)")
  }

  @Test(
    "permissions that are not as delivered are a warning, on nodes with an Admin Node Manager only",
    arguments: [
      ("absent", "pass"), ("same", "pass"), ("original", "pass"), ("changed", "warn"), ("differs", "warn"),
      ("unreadable", "warn"),
    ])
  func permissions(state: String, result: String) throws {
    let facts = try Self.facts("acl \(state)")
    #expect(HandWorkChecks(node: Self.admin, facts: facts).acl.result.rawValue == result)
    #expect(HandWorkChecks(node: Self.plain, facts: facts).acl.result == .skipped)
  }

  @Test("databases want JDBC jars, unless their upgrade is left out")
  func databases() throws {
    let facts = try Self.facts("database jdbc:mysql", "database jdbc:oracle")
    let check = HandWorkChecks(node: Self.plain, facts: facts).jdbc
    #expect(check.result == .warn && check.evidence.contains("jdbc:mysql, jdbc:oracle"))
    #expect(HandWorkChecks(node: Self.plain, facts: facts, skipsDatabaseUpgrade: true).jdbc.result == .pass)
    let ready = try Self.facts("database jdbc:mysql", "driver mysql.jar")
    #expect(HandWorkChecks(node: Self.plain, facts: ready).jdbc.result == .pass)
  }

  @Test(
    "room for the export is judged by the old configuration's size: once is needed, three times is wanted",
    arguments: [
      (1000, 1000 + (64 << 10) - 1, "fail"), (1000, 1000 + (64 << 10), "warn"), (1000, 2999 + (64 << 10), "warn"),
      (1000, 3000 + (64 << 10), "pass"),
    ])
  func room(size: Int, free: Int, result: String) throws {
    let facts = try Self.facts("out \(free) yes /opt/new/out", "size \(size + 50) 50", "home 99999 yes /home/x")
    let checks = InstallationChecks(node: Self.plain, facts: facts, versions: [:]).all
    #expect(Self.results(checks)["export-space"] == result)
    #expect(Self.results(checks)["home-space"] == "pass")
  }

  @Test("a folder that may not be written is a failure, however much room there is")
  func unwritable() throws {
    let facts = try Self.facts("out 99999999 no /opt/new", "size 1 0", "home 99999999 no /", "user apigw")
    let checks = InstallationChecks(node: Self.plain, facts: facts, versions: [:]).all
    #expect(Self.results(checks)["export-space"] == "fail" && Self.results(checks)["home-space"] == "fail")
    #expect(checks.contains { $0.evidence.contains("apigw may not write into /opt/new") })
  }

  @Test(
    "the new version must be newer than the old one, by numbers and not by letters",
    arguments: [
      ("7.5.3", "7.7", "pass"), ("7.9", "7.10", "pass"), ("7.7 SP1", "7.7 SP2", "fail"), ("7.7", "7.5.3", "fail"),
      ("7.7", "7.7.20240228", "pass"), ("", "7.7", "warn"), ("x", "7.7", "warn"),
    ])
  func versions(old: String, new: String, result: String) throws {
    let printed = { (text: String) in "some noise\nVersion:    \(text)\nBuild Date: 2016-11-04 08:34:37 UTC\n" }
    let checks = InstallationChecks(
      node: Self.plain, facts: try Self.facts(), versions: [.old: printed(old), .new: printed(new)]
    ).all
    #expect(Self.results(checks)["versions"] == result, "\(checks[0])")
  }

  private static func surroundings(
    _ facts: NodeFacts, lock: LockState = .free, running: [String: Result<Int, Failure>] = [:], port: Int? = nil
  ) -> [Check] {
    var cassandra = UpgradeOptions.Cassandra()
    cassandra.host = "[2001:db8::1]"
    cassandra.port = port
    return SurroundingsChecks(
      node: "Node-A", facts: facts, address: CassandraAddress(cassandra), lock: .success(lock), running: running
    ).all
  }

  @Test(
    "a clock is judged by how far it is off beyond what the question took",
    arguments: [(0.0, "pass"), (-3.0, "pass"), (4.0, "warn"), (-59.0, "warn"), (90.0, "fail"), (-3600.0, "fail")])
  func clock(skew: Double, result: String) throws {
    var facts = try Self.facts()
    facts.clock = ClockReading(node: 1_000_001 + skew, asked: 1_000_000, answered: 1_000_002)
    #expect(Self.results(Self.surroundings(facts))["clock"] == result)
  }

  @Test("Cassandra is asked on the new version's port where no other is given, and each answer has its result")
  func cassandra() throws {
    for (line, result, seen) in [
      ("open ", "pass", "[2001:db8::1]:9042 takes connections"),
      ("closed Connection refused", "fail", "[2001:db8::1]:9042 is not reached from the node: Connection refused"),
      ("silent x", "fail", "no answer within 5 s"), ("unasked ", "warn", "neither bash with timeout, nor nc"),
    ] {
      let check = try #require(
        Self.surroundings(try Self.facts("cassandra \(line)")).first { $0.check == .cassandra })
      #expect(check.result.rawValue == result && check.evidence.contains(seen), "\(check)")
    }
  }

  @Test("a command of an earlier run that still runs is in the way; what a run has printed is not")
  func leftovers() throws {
    let facts = try Self.facts("left 2 20200913T122640.000Z-5eed")
    #expect(Self.results(Self.surroundings(facts))["leftovers"] == "warn")
    let run = "20200913T122640.000Z-5eed"
    #expect(Self.results(Self.surroundings(facts, running: [run: .success(0)]))["leftovers"] == "warn")
    for (answer, seen) in [
      (.success(1), "a command of run \(run) still runs"), (.success(2), "2 commands of run \(run) still run"),
      (.failure(Failure(.unreachable, "gone")), "a command of run \(run) may still run: gone"),
    ] as [(Result<Int, Failure>, String)] {
      let check = Self.surroundings(facts, running: [run: answer]).first { $0.check == .leftovers }
      #expect(check?.result == .fail && check?.evidence == seen, "\(answer)")
    }
    #expect(Self.results(Self.surroundings(facts, lock: .refused("~/.zdupgrade is a file")))["lock"] == "fail")
  }

  @Test("nodes' clocks that agree with each other but not with this machine's are this machine's fault")
  func controlClock() throws {
    func facts(_ skew: Double) throws -> NodeFacts {
      var facts = try Self.facts()
      facts.clock = ClockReading(node: skew, asked: 0, answered: 0)
      return facts
    }
    func folded(_ first: Double, _ second: Double) throws -> [String] {
      let all = ["A": try facts(first), "B": try facts(second)]
      let checks = all.sorted { $0.key < $1.key }.flatMap { name, facts in
        SurroundingsChecks(node: name, facts: facts, address: nil, lock: .success(.free), running: [:]).all
      }
      return FleetChecks.folded(checks, all).filter { $0.check == .clock }.map { "\($0.node) \($0.result)" }
    }
    #expect(try folded(600, 601) == ["control node warn"])
    #expect(try folded(600, 0) == ["A fail", "B pass"])
    #expect(try folded(600, -600) == ["A fail", "B fail"])
  }

  @Test("the topology file is compared with the domain's own, name by name")
  func domain() throws {
    let json = """
      {"result":{"hosts":[]}, "hosts":[{"id":"host-1","name":"NodeA"},{"id":"host-2","name":"NodeB"}],
       "groups":[{"id":"group-1","name":"Node Manager Group","services":[
         {"id":"nodemanager-1","name":"x","type":"nodemanager","hostID":"host-1","tags":{"internal_admin_nm":"true"}},
         {"id":"nodemanager-2","name":"y","type":"nodemanager","hostID":"host-2"}]},
        {"id":"group-2","name":"G","services":[
         {"id":"instance-1","name":"I","type":"gateway","hostID":"host-1"}]}]}
      """
    let domain = try #require(DomainTopology(json: json))
    func node(_ name: String, _ host: String, _ kind: Topology.NodeManager, _ instances: [String]) -> Topology.Node {
      Topology.Node(
        name: name, host: host, nodeManager: kind, instances: instances.map { Topology.Instance(name: $0, group: "G") })
    }
    let same = Topology(nodes: [node("A", "NodeA", .admin, ["I"]), node("B", "NodeB", .node, [])])
    #expect(domain.differences(from: same).isEmpty)
    let other = Topology(nodes: [node("A", "nodea", .admin, ["I"]), node("B", "NodeB", .admin, ["J"])])
    #expect(
      domain.differences(from: other) == [
        "A: the domain has no host 'nodea', but NodeA, NodeB", "B: has no Admin Node Manager in the domain",
        "B: the domain has no instance 'J' of 'G'", "host 'NodeA' of the domain is no node of the file",
      ])
    #expect(DomainTopology(json: "{}") == nil)
  }

  @Test(
    "a report counts, puts the control node and the whole first, and says with failures alone that nothing may start")
  func report() {
    let checks = [
      Check(.clock, on: "B", .warn, "x", remedy: "y"), Check(.ssh, on: "B", .pass, "x"),
      Check(.ssh, on: "A", .pass, "x"),
      Check(.capacity, on: Check.all, .skipped, "x"), Check(.logFolder, on: Check.controlNode, .pass, "x"),
    ]
    let report = CheckReport(checks, nodes: ["A", "B"])
    #expect(
      report.checks.map { "\($0.node) \($0.check.rawValue)" }
        == ["control node log-folder", "all capacity", "A ssh", "B ssh", "B clock"])
    #expect(report.result == .warn && report.mayStart && report.counts.pass == 3 && report.counts.skipped == 1)
    let failed = CheckReport(checks + [Check(.lock, on: "A", .fail, "x", remedy: "y")], nodes: ["A", "B"])
    #expect(failed.result == .fail && !failed.mayStart)
  }

  @Test("every check is in docs/check.md, and nothing else is")
  func documented() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("docs/check.md"), encoding: .utf8)
    let listed = text.matches(of: /(?m)^\| `([a-z-]+)`( \*)? \|/).map { String($0.1) }
    #expect(listed.sorted() == CheckID.allCases.map(\.rawValue).sorted())
  }
}
