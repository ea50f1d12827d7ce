import Axway
import Foundation
import Testing
import Upgrade

@testable import Rehearsal

@Suite("Durations of a rehearsal") struct DurationsTests {
  private func read(_ json: String) throws(Failure) -> StepDurations {
    try DurationsFile.durations(json: Data(json.utf8), file: "d.json", nodes: ["Node-A", "Käse $(id)"])
  }

  @Test("a file gives seconds for all nodes, or for some")
  func file() throws {
    let durations = try read(
      #"{"export": 90.5, "apply": {"all": 180, "nodes": {"Käse $(id)": 240}}, "drain": {"nodes": {"Node-A": 7}}}"#)
    #expect(durations.seconds(.export, on: "Node-A") == 90.5)
    #expect(durations.seconds(.apply, on: "Node-A") == 180)
    #expect(durations.seconds(.apply, on: "Käse $(id)") == 240)
    #expect(durations.seconds(.drain, on: "Käse $(id)") == 7, "who is not named takes as long as the slowest")
    #expect(durations.entries[.stop] == nil)
    #expect(durations.entries.values.allSatisfy { $0.source == .given })
  }

  @Test(
    "a wrong file is refused, with file, key and what is wrong",
    arguments: [
      (#"{"aply": 3}"#, "d.json: aply: unknown key; did you mean 'apply'?"),
      (#"{"apply": "3"}"#, "d.json: apply: must be a number of seconds, is a text"),
      (#"{"apply": -1}"#, "d.json: apply: is -1, must be 0 to 86400 seconds"),
      (#"{"apply": 86401}"#, "d.json: apply: is 86401, must be 0 to 86400 seconds"),
      (#"{"apply": {}}"#, "d.json: apply: has neither 'all' nor a node in 'nodes'"),
      (
        #"{"apply": {"nodes": {"Node-B": 3}}}"#,
        "d.json: apply.nodes: no node 'Node-B' is in the topology; did you mean 'Node-A'?"
      ),
      (#"{"apply": {"nodes": 3}}"#, "d.json: apply.nodes: must be an object of node names and seconds"),
      (#"{"apply": {"all": 3, "node": {}}}"#, "d.json: apply.node: unknown key; did you mean 'nodes'?"),
      ("{", "d.json:1: the file ends too early (truncated?)"), ("[]", "d.json: the file: must be an object, is a list"),
    ])
  func wrongFile(json: String, message: String) {
    let failure = #expect(throws: Failure.self) { try read(json) }
    #expect(failure?.message == message)
  }

  @Test("what nobody knows is assumed, and never longer than the options allow")
  func assumed() {
    var options = UpgradeOptions()
    let usual = StepDurations.assumed(options)
    #expect(Set(usual.entries.keys) == Set(RehearsalStep.allCases))
    #expect(usual.problems(on: ["Node-A"], options).isEmpty)
    #expect(usual.seconds(.oldStart, on: "x") == 20)
    options.startupTime = 3
    options.shutdownTime = 1
    options.drainTime = 0
    options.stepTime = 30
    let short = StepDurations.assumed(options)
    #expect(short.seconds(.oldStart, on: "x") == 2)
    #expect(short.seconds(.apply, on: "x") == 20)
    #expect(short.problems(on: ["Node-A"], options).isEmpty)
  }

  @Test("what takes longer than an option allows would fail in the night, and is a problem before the rehearsal")
  func tooLong() throws {
    let options = UpgradeOptions()
    let durations = StepDurations.assumed(options).with(
      try read(#"{"old-start": {"all": 5, "nodes": {"Node-A": 31}}, "drain": 300, "stop": 10.5}"#))
    let problems = durations.problems(on: ["Node-A", "Node-B"], options)
    #expect(
      problems.map(\.description) == [
        "Node-A, Node-B: 'stop' would fail: it takes 10.5 s (given), and --shutdown_time allows 10 s; allow more, or give other --durations",
        "Node-A: 'old-start' would fail: it takes 31 s (given), and --startup_time allows 30 s; allow more, or give other --durations",
      ])
  }

  @Test("the speed is such that the steps take less than a minute, and one at least")
  func speed() throws {
    let topology = Topology.reference
    var options = UpgradeOptions()
    (options.oldInstallDir, options.newInstallDir) = ("/opt/Axway-7.5.3", "/opt/Axway-7.7")
    let plan = try Planner(topology, options).plan()
    let assumed = StepDurations.assumed(options)
    // 60 and 120 at once; then each node drains 10 s, stops twice 5 s, applies 180 s, and starts twice 20 s at worst.
    let node: Double = 10 + 5 + 5 + 180 + 20 + 20
    #expect(RehearsalSpeed.seconds(of: plan, assumed) == 180 + 3 * node)
    #expect(RehearsalSpeed.fitting(plan, assumed) == 20)
    #expect(RehearsalSpeed.fitting(plan, StepDurations([:])) == 1)
    options.forks = 1
    options.waves.bake = 600
    let slower = try Planner(topology, options).plan()
    #expect(RehearsalSpeed.seconds(of: slower, assumed) == 3 * 180 + 3 * node + 600)
  }
}
