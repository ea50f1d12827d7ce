import Foundation
import Lab
import Records
import Rehearsal
import Subprocess
import Testing
import Upgrade

/// A topology of strange names whose every address is `trap`, and a folder in which nothing of it may leave a trace.
private struct Rehearsed {
  static let first = "Knoten Ä $(touch x)'"
  static let second = "東京:1"
  static let single = "-c;d"

  let folder: String
  let trap: Trap

  static func with(_ body: (Rehearsed) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let trap = try Trap()
      let rehearsed = Rehearsed(folder: folder, trap: trap)
      try FileManager.default.createDirectory(atPath: rehearsed.temporary, withIntermediateDirectories: true)
      try rehearsed.write()
      var failure: (any Error)?
      do { try await body(rehearsed) } catch { failure = error }
      #expect(trap.connections == 0, "something of the operator's was connected to")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/touched"), "a command of the operator's was run")
      #expect(try FileManager.default.contentsOfDirectory(atPath: rehearsed.temporary) == [])
      #expect(rehearsed.processes.isEmpty)
      if let failure { throw failure }
    }
  }

  /// The folder for temporary files.
  var temporary: String { "\(folder)/tmp" }

  /// The processes of its labs.
  var processes: [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let mark = "ZDULAB_DIR=\(temporary)"
    return all.filter { Int($0) != nil }.filter { pid in
      FileManager.default.contents(atPath: "/proc/\(pid)/environ").map {
        String(decoding: $0, as: UTF8.self).contains(mark)
      } ?? false
    }
  }

  var arguments: [String] {
    [
      "--config", "\(folder)/topology.json", "--old_install_dir", "/opt/Axway-7.4.0", "--new_install_dir",
      "/opt/Axway 'new'-8.1.2", "--cass_host", "cassandra.example",
    ]
  }

  /// Those that reach out into the world.
  var worldly: [String] {
    [
      "--password_file", "\(folder)/no such password", "--notify_url", "http://\(trap.endpoint)/", "--notify_command",
      "touch \(folder)/touched", "--probe", "http://\(trap.endpoint)/", "--ask_ssh_password",
    ]
  }

  func rehearse(_ more: [String]) async throws -> Program.Result {
    try await Program.zdupgrade(
      ["rehearse"] + arguments + more, environment: ["TMPDIR": temporary, "ZDU_PASSWORD": "never"], directory: folder)
  }

  func document(_ result: Program.Result) throws -> Document {
    try JSONDecoder().decode(Document.self, from: Data(result.output.utf8))
  }

  private func write() throws {
    let topology = """
      {"ssh": {"user": "nobody-at-all", "identityFile": "\(folder)/no such key", "become": "apigw", "port": \(trap.port)},
       "loadBalancer": {"driver": "haproxy", "socket": "\(trap.endpoint)"},
       "groups": {"G 'x' $(id)": {"minAvailable": 1, "hooks": {"afterNode": {"command": ["/usr/bin/touch", "\(folder)/touched"]}}}},
       "hooks": {"betweenWaves": {"command": ["/usr/bin/touch", "\(folder)/touched"]}},
       "nodes": [
        {"name": "\(Self.first)", "host": "127.0.0.1", "nodeManager": "admin", "loadBalancerServer": "127.0.0.1:1",
         "instances": [{"name": "-x", "group": "G 'x' $(id)", "healthURL": "http://\(trap.endpoint)/healthcheck"}]},
        {"name": "\(Self.second)", "host": "b.example", "nodeManager": "node", "ssh": {"address": "127.0.0.1"},
         "loadBalancerServer": "127.0.0.1:2", "instances": [{"name": "y", "group": "G 'x' $(id)"}]},
        {"name": "\(Self.single)", "host": "c.example", "nodeManager": "admin", "ssh": {"address": "127.0.0.1"},
         "loadBalancerServer": "127.0.0.1:3", "instances": [{"name": "z", "group": "Einzeln"}]}]}
      """
    try topology.write(toFile: "\(folder)/topology.json", atomically: true, encoding: .utf8)
    try """
    {"export": 30, "upgrade": 60, "drain": 40, "stop": 8, "nodemanager-stop": 6, "gate": 10,
     "apply": {"all": 100, "nodes": {"\(Self.second)": 200}}}
    """.write(toFile: "\(folder)/durations.json", atomically: true, encoding: .utf8)
  }
}

/// What of the JSON document is looked at.
private struct Document: Decodable {
  struct Night: Decodable {
    struct PhaseTime: Decodable {
      let phase: String
      let seconds: Double
    }
    struct Node: Decodable {
      let node: String
      let outOfBalancer: Double?
      let isOutAtEnd: Bool
      let drain: Double?
      let phases: [PhaseTime]
    }
    struct Traffic: Decodable {
      let group: String
      let requests: Int
      let failed: Int
      let interruption: Double?
    }
    let total: Double
    let rehearsed: Double
    let phases: [PhaseTime]
    let nodes: [Node]
    let traffic: [Traffic]
  }
  struct Stand: Decodable {
    let node: String
    let versions: [String: String]
    let balancer: String
    let sysupgrade: String?
    let old: String?
    let new: String?
  }
  struct Next: Decodable {
    let command: String
  }
  struct FaultEntry: Decodable {
    let fault: String
    let isMet: Bool
  }
  struct Entry: Decodable {
    let step: String
    let seconds: Double
    let source: String
  }
  let speed: Int
  let exitCode: Int
  let night: Night
  let stands: [Stand]
  let faults: [FaultEntry]
  let next: [Next]
  let rolledBack: [String]
  let steps: Int
  let planDifferences: [String]
  let differences: [String]
  let durations: [Entry]
  let logs: String?
}

/// A socket that nobody may connect to.
private final class Trap: Sendable {
  let port: Int
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    port = try LoopbackPort.free(at: "127.0.0.1")
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = UInt16(port).bigEndian
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let descriptor = descriptor
    let isBound = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    try #require(isBound && listen(descriptor, 100) == 0)
  }

  deinit { close(descriptor) }

  var endpoint: String { "127.0.0.1:\(port)" }

  /// How many have come.
  var connections: Int {
    var count = 0
    while case let connection = accept(descriptor, nil, nil), connection >= 0 {
      close(connection)
      count += 1
    }
    return count
  }
}

@Suite("zdupgrade rehearse", .serialized) struct RehearseRunTests {
  @Test(
    "the operator's own plan is gone through in a lab of the same shape, with the night's times, and nothing real is touched"
  )
  func success() async throws {
    try await Rehearsed.with { rehearsed in
      let result = try await rehearsed.rehearse(
        rehearsed.worldly + [
          "--durations", "durations.json", "--speed", "20", "--format", "json", "--keep", "--bake", "100",
          "--pause_after", Rehearsed.first, "--max_failed_probes", "1000",
        ])
      try #require(result.code == 0, "\(result.output)\n\(result.errors)")
      let document = try rehearsed.document(result)
      let logs = try #require(document.logs)
      defer { try? FileManager.default.removeItem(atPath: (logs as NSString).deletingLastPathComponent) }
      #expect(document.planDifferences == [])
      #expect(document.speed == 20 && document.exitCode == 0)
      checkTimes(document)
      #expect(document.night.traffic.map { $0.failed == 0 } == [true, false])
      #expect((document.night.traffic[1].interruption ?? 0) > 100, "as long as apply at least")
      #expect(document.stands.flatMap(\.versions.values) == ["8.1.2", "8.1.2", "8.1.2"])
      #expect(document.stands.map(\.balancer) == ["in", "in", "in"])
      #expect(document.next.isEmpty)
      for start in [
        "gates: 2 ", "become: ", "probes: ", "notifications: ", "pauses: ", "the run will ask whether 'Einzeln'",
      ] {
        #expect(document.differences.contains { $0.hasPrefix(start) }, "\(start): \(document.differences)")
      }
      #expect(!document.differences.contains { $0.hasPrefix("load balancer") })
      try await checkPlan(rehearsed, logs, steps: document.steps)
      try await checkRecorded(rehearsed, logs)
    }
  }

  /// 30 and 60 at once; then drains of 40, stops of 14, apply, a gate of 10 in the group; two gates between waves, a bake.
  private func checkTimes(_ document: Document) {
    let night = document.night
    let parts: [Double] = [30, 60, 3 * 54, 100, 200, 100, 2 * 10, 2 * 10, 100]
    // What is in flight may be a little shorter than the longest drain.
    let least = parts.reduce(0, +) - 3 * 7
    #expect(night.total >= least && night.total < least + 110, "\(night.total), \(least)")
    #expect(night.rehearsed < night.total / 5)
    let times = Dictionary(uniqueKeysWithValues: night.phases.map { ($0.phase, $0.seconds) })
    #expect(times.keys.sorted() == ["APPLY", "EXPORT", "POST-APPLY", "PRE-APPLY", "UPGRADE"])
    #expect((400...430).contains(times["APPLY"] ?? 0), "\(times)")
    #expect((30...50).contains(times["EXPORT"] ?? 0), "\(times)")
    #expect(night.nodes.map(\.node) == [Rehearsed.first, Rehearsed.second, Rehearsed.single])
    for (node, apply) in zip(night.nodes, [100.0, 200, 100]) {
      #expect((33...50).contains(node.drain ?? 0), "\(node)")
      #expect((47 + apply...47 + apply + 40).contains(node.outOfBalancer ?? 0), "\(node)")
      #expect(!node.isOutAtEnd)
    }
  }

  /// The plan in the rehearsed run's journal has the steps that the operator's plan prints.
  private func checkPlan(_ rehearsed: Rehearsed, _ logs: String, steps: Int) async throws {
    var plan: Plan?
    _ = try JournalReader(RunFolder.find(nil, in: logs).journal).read {
      if case .runStarted(let started) = $0.event { plan = started }
    }
    let rehearsedSteps = try #require(plan).stages.flatMap(\.lanes).flatMap(\.steps)
    #expect(rehearsedSteps.count == steps)
    let printed = try await Program.zdupgrade(["plan", "--offline"] + rehearsed.arguments + ["--bake", "100"])
    #expect(printed.code == 0)
    let before = printed.output.components(separatedBy: "# == Rollback")[0].split(separator: "\n")
    let headings = before.filter { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
      .filter { line in rehearsedSteps.contains { line.hasPrefix("\($0.node): \($0.phase.title): ") } }
    #expect(headings.count == rehearsedSteps.count)
    for (line, step) in zip(headings, rehearsedSteps) {
      let title =
        if case .gate(let gate, _) = step.act.action { "have \(gate.point.rawValue) pass: " } else { step.act.title }
      #expect(line.hasPrefix("\(step.node): \(step.phase.title): \(title)"), "\(line)")
    }
  }

  /// The run that was rehearsed gives durations of its own, those of the lab.
  private func checkRecorded(_ rehearsed: Rehearsed, _ logs: String) async throws {
    let run = try RunFolder.find(nil, in: logs)
    let result = try await rehearsed.rehearse(
      [
        "--durations", run.id.text, "--log_dir", logs, "--speed", "1", "--format", "json", "--fault",
        "\(Rehearsed.single):export",
      ])
    #expect(result.code == 0, "\(result.output)\n\(result.errors)")
    let document = try rehearsed.document(result)
    let apply = try #require(document.durations.first { $0.step == "apply" })
    let drain = try #require(document.durations.first { $0.step == "drain" })
    #expect(
      drain.source == "recorded" && (1..<6).contains(drain.seconds), "2 s long requests were waited for: \(drain)")
    #expect(apply.source == "recorded" && (10..<20).contains(apply.seconds), "\(apply)")
    #expect(document.durations.first { $0.step == "old-start" }?.source == "assumed", "nothing was taken back")
    #expect(document.exitCode == 70)
  }

  @Test(
    "a fault is met, exit code 0, and it is told where it leaves each node, what is taken back, and what comes next")
  func fault() async throws {
    try await Rehearsed.with { rehearsed in
      let arguments = ["--speed", "60", "--fault", "\(Rehearsed.second):apply"]
      let result = try await rehearsed.rehearse(arguments + ["--format", "json"])
      try #require(result.code == 0, "\(result.output)\n\(result.errors)")
      let document = try rehearsed.document(result)
      #expect(document.exitCode == 73)
      #expect(document.faults.map(\.isMet) == [true])
      #expect(document.rolledBack == [Rehearsed.second, Rehearsed.first])
      #expect(document.stands.map(\.versions) == [["-x": "7.4.0"], ["y": "7.4.0"], ["z": "7.4.0"]])
      #expect(document.stands.map(\.balancer) == ["in", "in", "in"])
      #expect(document.stands.map(\.old) == ["running", "running", "running"])
      #expect(document.stands[0].sysupgrade == "system upgrade complete")
      #expect(document.next.map(\.command).first == "zdupgrade resume RUN")
      #expect(
        document.night.phases.contains { $0.phase == "ROLLBACK" && $0.seconds > 40 }, "old processes take 20 s to start"
      )
    }
  }

  @Test("with --rollback none the failing node stays out, and what is left to do is told with the operator's folders")
  func stranded() async throws {
    try await Rehearsed.with { rehearsed in
      let result = try await rehearsed.rehearse(
        ["--speed", "60", "--fault", "\(Rehearsed.second):apply:fail:9:no room", "--rollback", "none"])
      try #require(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(result.output.contains("Summary table (Status.APPLY_FAILED):"))
      #expect(result.output.contains("FAILED (9)") && result.output.contains("no room"))
      #expect(result.output.contains("taken back: nothing"))
      #expect(result.output.contains("still out"))
      #expect(result.output.contains("/opt/Axway-7.4.0/apigateway/posix/bin/startinstance"), "\(result.output)")
      #expect(!result.output.contains(rehearsed.temporary), "\(result.output)")
      #expect(
        result.output.contains("next: 'zdupgrade rollback RUN'")
          || result.output.contains("next: 'zdupgrade resume RUN'"))
    }
  }

  @Test("a fault that the run does not come to is told, with exit code 80")
  func unmet() async throws {
    try await Rehearsed.with { rehearsed in
      let result = try await rehearsed.rehearse(
        [
          "--speed", "100", "--quiet", "--fault", "\(Rehearsed.first):export", "--fault",
          "\(Rehearsed.first):old-start",
        ])
      #expect(result.code == 80, "\(result.output)")
      #expect(
        result.errors
          == "zdupgrade: rehearse: the fault '\(Rehearsed.first):old-start' was not met: the run did not come to it\n")
      #expect(result.output.contains("fault \(Rehearsed.first):export: met"))
    }
  }

  @Test(
    "however it is ended, the lab goes with it, and nothing of it is left",
    arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGKILL, -1)] as [(Int32, Int32)])
  func interrupted(signal: Int32, code: Int32) async throws {
    try await Rehearsed.with { rehearsed in
      let run = Task {
        try await Program.run(
          "/bin/sh",
          ["-c", "echo $$ >\"$0/pid\"; exec \"$@\"", rehearsed.folder, "\(Program.folder)/zdupgrade", "rehearse"]
            + rehearsed.arguments + ["--speed", "1"], environment: ["TMPDIR": rehearsed.temporary],
          directory: rehearsed.folder)
      }
      // In the middle of the run, with everything there.
      #expect(await soon { rehearsed.hasLine("stepStarted") })
      #expect(!rehearsed.processes.isEmpty)
      let pid = try #require(
        Int32(try String(contentsOfFile: "\(rehearsed.folder)/pid", encoding: .utf8).filter(\.isNumber)))
      kill(pid, signal)
      #expect(try await run.value.code == code)
      // Who is killed cleans up no more: the lab does, when it sees that.
      #expect(await soon { rehearsed.isClean })
    }
  }

  private func soon(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<6000 {
      if condition() { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return false
  }

  @Test("wrong options are refused before anything is made, each with what to do")
  func refused() async throws {
    try await Rehearsed.with { rehearsed in
      let cases: [([String], String)] = [
        (["--speed", "0"], "--speed: is 0, must be 1 to 1000"),
        (["--durations", "nothing.json"], "--durations: nothing.json: cannot be read"),
        (["--durations", "2026"], "--durations: '2026' is neither a file nor a run: log folder logs: cannot be read"),
        (
          ["--startup_time", "3", "--durations", "slow.json"],
          "'old-start' would fail: it takes 4 s (given), and --startup_time allows 3 s"
        ),
        (["--cass_host", "localhost"], "--cass_host localhost is a localhost address"),
      ]
      try #"{"old-start": 4}"#.write(toFile: "\(rehearsed.folder)/slow.json", atomically: true, encoding: .utf8)
      for (arguments, message) in cases {
        let result = try await rehearsed.rehearse(arguments)
        #expect(result.code == 80 && result.output == "", "\(arguments): \(result.output)")
        #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
      }
      for (fault, message) in [
        ("Knoten:apply", "rehearse: fault 'Knoten:apply': no node 'Knoten'"),
        ("\(Rehearsed.first):aply", "the step 'aply' is none of "),
        ("\(Rehearsed.first):apply:hang", "a rehearsal does not wait for --step_time"),
      ] {
        let result = try await rehearsed.rehearse(["--fault", fault])
        #expect(result.code == 80 && result.errors.contains(message), "\(fault): \(result.errors)")
      }
    }
  }

  @Test("without zdulab it is said where that was looked for, and how to come by it")
  func missing() async throws {
    try await Rehearsed.with { rehearsed in
      let copy = "\(rehearsed.folder)/zdupgrade"
      if link("\(Program.folder)/zdupgrade", copy) != 0 {
        try FileManager.default.copyItem(atPath: "\(Program.folder)/zdupgrade", toPath: copy)
      }
      let result = try await Program.run(
        copy, ["rehearse"] + rehearsed.arguments, environment: ["PATH": "/usr/bin:/bin", "TMPDIR": rehearsed.temporary])
      #expect(result.code == 80)
      #expect(
        result.errors
          == "zdupgrade: a rehearsal needs the program zdulab, which is neither in \(rehearsed.folder) nor in PATH; build it with 'swift build -c release --product zdulab', and put it beside zdupgrade\n"
      )
    }
  }
}

extension Rehearsed {
  /// Whether a journal of a run has a line with `part`.
  fileprivate func hasLine(_ part: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? []
    guard let own = names.first(where: { $0.hasPrefix("zdupgrade-rehearsal-") }),
      let journal = try? RunFolder.find(nil, in: "\(temporary)/\(own)/logs").journal
    else { return false }
    return (try? String(contentsOfFile: journal, encoding: .utf8))?.contains(part) ?? false
  }

  /// Whether nothing is left.
  fileprivate var isClean: Bool {
    processes.isEmpty && (try? FileManager.default.contentsOfDirectory(atPath: temporary)) == []
  }
}
