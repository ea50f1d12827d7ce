import Foundation
import Lab
import Records
import Testing
import Upgrade

@Suite("A run that is ended at once", .serialized)
struct SecondSignalTests {
  /// Runs the upgrade in the background, and `steps` (lines of shell that may call `await_line TEXT`) meanwhile.
  private func run(_ run: LabRun, _ steps: String) async throws -> (result: Program.Result, errors: String) {
    let script = """
      "$@" 2> "$ERRORS" & pid=$!
      await_line() {
        n=0
        until grep -q "$1" "$ERRORS"; do
          n=$((n + 1)); [ $n -lt 300 ] || { kill -KILL $pid; exit 99; }
          sleep 0.1
        done
      }
      \(steps)
      wait $pid
      """
    let errors = "\(run.lab.directory)/errors"
    let arguments = run.arguments("run", LabGuide.acceptedDowntime(for: run.lab))
    let result = try await Program.run(
      "/bin/sh", ["-c", script, "sh", "\(Program.folder)/zdupgrade"] + arguments,
      environment: ["ERRORS": errors, "LAB": run.lab.directory])
    return (result, try String(contentsOfFile: errors, encoding: .utf8))
  }

  private func events(_ run: LabRun) throws -> [Event] {
    var events: [Event] = []
    let folder = try #require(try RunFolder.all(in: run.logs).first)
    let torn = try JournalReader(folder.journal).read { events.append($0.event) }
    #expect(torn == 0)
    return events
  }

  private func title(_ event: Event?) -> String? {
    if case .note(nil, let text) = event { text } else { nil }
  }

  @Test("by the second signal: the journal says so, the command goes on on its node, and how to go on is told")
  func command() async throws {
    try await LabRun.with(faults: ["Node-B:export:hang"]) { lab in
      let (result, errors) = try await run(
        lab,
        """
        await_line 'Node-B:   .*export'
        kill -INT $pid
        await_line '^SIGINT: \\|zdupgrade: SIGINT'
        kill -TERM $pid
        """)
      #expect(result.code == 143, "\(errors)")
      let events = try events(lab)
      let note = try #require(events.lazy.compactMap(title).last)
      #expect(note.hasPrefix("ended at once, since SIGTERM was received again; what runs on the nodes runs on there"))
      #expect(note.contains("'zdupgrade resume 20") && errors.contains(note))
      #expect(!events.contains { if case .runEnded = $0 { true } else { false } })
      let runs = try await Program.zdupgrade(["runs", "--log_dir", lab.logs])
      #expect(runs.output.contains("interrupted"))
      let processes = try await Program.run("/bin/ps", ["-eo", "args"]).output.split(separator: "\n")
      #expect(processes.contains { $0.contains(lab.lab.directory + "/nodes/Node-B") && $0.contains("export") })
    }
  }

  /// A load balancer that takes `seconds` to take a node out, and says when it has begun and when it has done so.
  private func slowBalancer(_ run: LabRun, seconds: Int) throws {
    let script = """
      case $1 in
      disable) echo begun >> "\(run.lab.directory)/balancer"; sleep \(seconds); echo done >> "\(run.lab.directory)/balancer";;
      esac
      """
    try run.editTopology {
      $0["loadBalancer"] = ["driver": "command", "command": ["/bin/sh", "-c", script, "balancer"]]
    }
  }

  private static let untilBegun = """
    n=0
    until [ -e "$LAB/balancer" ]; do n=$((n + 1)); [ $n -lt 600 ] || { kill -KILL $pid; exit 99; }; sleep 0.1; done
    kill -INT $pid
    await_line 'zdupgrade: SIGINT'
    kill -INT $pid
    """

  @Test("by the second signal, but not in the middle of a change at the load balancer; nothing is begun behind it")
  func balancer() async throws {
    try await LabRun.with { lab in
      try slowBalancer(lab, seconds: 4)
      let (result, errors) = try await run(lab, Self.untilBegun)
      #expect(result.code == 130, "\(errors)")
      #expect(try String(contentsOfFile: "\(lab.lab.directory)/balancer", encoding: .utf8) == "begun\ndone\n")
      let events = try events(lab)
      let end = try #require(events.firstIndex { title($0)?.hasPrefix("ended at once") == true })
      var ended: [String] = []
      for event in events[end...] {
        switch event {
        case .stepEnded(let id, _, nil): ended.append(id.node)
        case .stepStarted, .commandStarted, .phaseStarted: Issue.record("begun behind the end: \(event)")
        default: break
        }
      }
      #expect(ended == ["Node-A"], "the change is known to be complete")
      #expect(LabStatus(of: lab.lab).nodes[0].oldProcesses == LabStatus(of: lab.lab).nodes[0].processCount)
    }
  }

  @Test("by the third signal, whatever is under way")
  func third() async throws {
    try await LabRun.with { lab in
      try slowBalancer(lab, seconds: 5)
      let start = ContinuousClock.now
      let (result, errors) = try await run(
        lab,
        Self.untilBegun + "\nawait_line '^ended at once'\nkill -TERM $pid\nwait $pid; code=$?\n"
          + "cp \"$LAB/balancer\" \"$LAB/balancer.then\"; exit $code")
      #expect(result.code == 143, "\(errors)")
      #expect(try String(contentsOfFile: "\(lab.lab.directory)/balancer.then", encoding: .utf8) == "begun\n")
      #expect(ContinuousClock.now - start < .seconds(60))
    }
  }
}
