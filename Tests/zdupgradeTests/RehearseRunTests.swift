import Foundation
import Lab
import Records
import Rehearsal
import Subprocess
import Testing
import Upgrade

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
  private func checkTimes(_ document: RehearsalDocument) {
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
      let arguments = ["--speed", "200", "--fault", "\(Rehearsed.second):apply"]
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
        ["--speed", "200", "--fault", "\(Rehearsed.second):apply:fail:9:no room", "--rollback", "none"])
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
          == "zdupgrade: a rehearsal needs the program zdulab, which is neither in \(rehearsed.folder) nor in PATH; put it beside zdupgrade: it comes with the Debian package, and 'scripts/build-release' builds it\n"
      )
    }
  }
}
