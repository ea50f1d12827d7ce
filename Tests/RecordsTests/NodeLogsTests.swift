import Foundation
import TestDoubles
import Testing
import Upgrade

@testable import Records

@Suite("The logs")
struct NodeLogsTests {
  private static let phase = Phase(
    "UPGRADE", banner: "SYSUPGRADE_UPGRADE", failure: Status("UPGRADE_FAILED", 71), isDisruptive: false)

  private static func inFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zdu-logs-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }

  private static func onlyFile(in folder: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".log") }
    return try #require(names.count == 1 ? "\(folder)/\(names[0])" : nil)
  }

  @Test("a node's log is the vendor's sample to the letter")
  func sample() async throws {
    try await Self.inFolder { folder in
      let logs = try NodeLogs(LogFolder(folder, time: Date()), nodes: ["Node-C"])
      let command = Command(
        in: "/opt/Axway-7.7/apigateway/upgrade/bin", "/opt/Axway-7.7/apigateway/upgrade/bin/sysupgrade", "upgrade",
        "--cass_host", "localhost", "--cass_port", "9160")
      await logs.read(.phaseStarted(node: "Node-C", phase: Self.phase))
      await logs.read(.commandStarted(node: "Node-C", lines: command.lines))
      for line in [
        "ERROR: This is a multi-node upgrade and a localhost Cassandra server: localhost:9160 has been specified.",
        "You must use a network accessible address. Run sysupgrade upgrade -h for details.",
      ] { await logs.read(.output(node: "Node-C", stream: .standardOutput, line: line)) }
      await logs.read(.commandEnded(node: "Node-C", exit: .code(100), reason: nil))
      await logs.read(.phaseEnded(node: "Node-C", phase: Self.phase, result: .passed))
      let text = try String(contentsOfFile: Self.onlyFile(in: "\(folder)/Node-C"), encoding: .utf8)
      #expect(
        text == """
          ########## SYSUPGRADE_UPGRADE ##########
          ------------- ZDU_EXEC_CMD -------------
          command [
              cd /opt/Axway-7.7/apigateway/upgrade/bin
              /opt/Axway-7.7/apigateway/upgrade/bin/sysupgrade upgrade --cass_host localhost --cass_port 9160
          ]
          ERROR: This is a multi-node upgrade and a localhost Cassandra server: localhost:9160 has been specified.
          You must use a network accessible address. Run sysupgrade upgrade -h for details.

          ------------- ZDU_EXEC_CMD -------------
          ########## SYSUPGRADE_UPGRADE ##########

          """)
    }
  }

  @Test("a command that was cut off goes on where it was; one that nobody hears of again is closed")
  func continued() async throws {
    try await Self.inFolder { folder in
      let time = Date()
      let before: [Event] = [
        .phaseStarted(node: "A", phase: Self.phase), .phaseStarted(node: "B", phase: Self.phase),
        .commandStarted(node: "A", lines: ["/upgrade"], job: "A.1.0.1"),
        .commandStarted(node: "B", lines: ["/upgrade"]),
        .output(node: "A", stream: .standardOutput, line: "one"),
        .output(node: "B", stream: .standardOutput, line: "half"),
      ]
      let first = try NodeLogs(LogFolder(folder, time: time), nodes: ["A", "B"])
      for event in before { await first.read(event) }
      let second = try NodeLogs(LogFolder(folder, time: time, isContinued: true), nodes: ["A", "B"])
      for event in before { await second.replay(event) }
      let after: [Event] = [
        .continued(SampleEvents.origin, .resume), .phaseStarted(node: "A", phase: .preflight),
        .commandStarted(node: "A", lines: ["/status"]), .output(node: "A", stream: .standardOutput, line: "a look"),
        .commandEnded(node: "A", exit: .code(0), reason: nil),
        .phaseEnded(node: "A", phase: .preflight, result: .passed),
        .runStarted(Plan(title: "", nodes: [], phases: [], stages: [])),
        .phaseStarted(node: "A", phase: Self.phase), .commandFollowed(node: "A", job: "A.1.0.1"),
        .output(node: "A", stream: .standardOutput, line: "two"), .commandEnded(node: "A", exit: .code(0), reason: nil),
        .phaseEnded(node: "A", phase: Self.phase, result: .passed),
        .phaseStarted(node: "B", phase: .rollback),
      ]
      for event in after { await second.read(event) }
      func log(_ node: String) throws -> String {
        try String(contentsOfFile: Self.onlyFile(in: "\(folder)/\(node)"), encoding: .utf8)
      }
      let banner = "########## SYSUPGRADE_UPGRADE ##########"
      let edge = "------------- ZDU_EXEC_CMD -------------"
      let head = "\(banner)\n\(edge)\ncommand [\n    /upgrade\n]\n"
      #expect(try log("A") == head + "one\ntwo\n\n\(edge)\n\(banner)\n")
      #expect(
        try log("B") == head + "half\nERROR: zdupgrade was cut off here\n\n\(edge)\n\(banner)\n"
          + "########## \(Phase.rollback.banner) ##########\n")
    }
  }

  @Test("folders are 0700 and files 0600, whatever the umask")
  func modes() async throws {
    try await Self.inFolder { folder in
      _ = try NodeLogs(LogFolder(folder, time: Date()), nodes: ["N"])
      func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      }
      #expect(try mode(folder) == 0o700)
      #expect(try mode("\(folder)/N") == 0o700)
      #expect(try mode(Self.onlyFile(in: "\(folder)/N")) == 0o600)
    }
  }

  @Test("the run's log has a time on every line")
  func runLog() async throws {
    try await Self.inFolder { folder in
      let log = try RunLog(LogFolder(folder, time: Date())) { Date(timeIntervalSince1970: 0) }
      await log.read(.stepStarted(StepID("Node-A", stage: 0, step: 0), title: "export"))
      await log.read(
        .stepEnded(
          StepID("Node-A", stage: 0, step: 0), title: "export",
          failure: Failure(.exit, "exit code 100", evidence: ["why"])))
      let lines = try String(contentsOfFile: Self.onlyFile(in: folder), encoding: .utf8).split(separator: "\n")
      #expect(
        lines == [
          "1970-01-01T00:00:00.000Z INFO zdupgrade begins", "1970-01-01T00:00:00.000Z INFO Node-A:   export",
          "1970-01-01T00:00:00.000Z ERROR Node-A: FAILED: exit code 100", "1970-01-01T00:00:00.000Z ERROR   | why",
        ])
    }
  }

  @Test("a log folder that cannot be made or written is found before the run")
  func unusable() async throws {
    #expect(throws: Failure.self) { try LogFolder("/proc/zdu", time: Date()) }
    try await Self.inFolder { folder in
      let logs = try LogFolder(folder, time: Date())
      _ = try logs.openRunLog()
      #expect(throws: Failure.self, "a log is never written over") { try logs.openRunLog() }
    }
  }

  @Test("a disk that is full does not stop a run that is under way, but is remembered")
  func fullDisk() throws {
    let log = try LogFile("/dev/full", flags: 0)
    #expect(log.failure == nil)
    log.write(["line"])
    #expect(log.failure?.message.contains("cannot be written: no space left on device") == true)
  }
}
