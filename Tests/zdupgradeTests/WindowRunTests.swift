import Foundation
import Lab
import Testing

@Suite("A change window, against the lab", .serialized)
struct WindowRunTests {
  private static let config =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path + "/config/topology.json"

  private func plan(_ options: [String]) async throws -> Program.Result {
    try await Program.zdupgrade(
      ["plan", "--offline", "--config", Self.config, "--old_install_dir", "/o", "--new_install_dir", "/n"] + options)
  }

  @Test(
    "that is no window is refused before anything is asked",
    arguments: [
      (["--not_before", "25:00"], "--not_before: '25:00' is no time like 23:00 or 2026-11-21T23:00"),
      (["--not_after", "tonight"], "--not_after: 'tonight' is no time like"),
      (["--not_after", "2020-01-01T04:00", "--time_zone", "UTC"], "--not_after: 2020-01-01 04:00 GMT is in the past"),
      (["--not_before", "23:00", "--not_after", "23:00"], "is not behind --not_before"),
      (["--not_before", "23:00", "--time_zone", "Mars/Olympus"], "--time_zone: 'Mars/Olympus' is no time zone like"),
      (["--time_zone", "UTC"], "--time_zone: is given without --not_before and --not_after"),
    ])
  func wrong(_ options: [String], _ message: String) async throws {
    let result = try await plan(options)
    #expect(result.code == 80)
    #expect(result.errors.hasPrefix("zdupgrade: ") && result.errors.contains(message), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test("is shown by plan, with the day and the time zone")
  func shown() async throws {
    let result = try await plan([
      "--not_before", "2099-01-31T23:00", "--not-after", "04:00", "--time_zone", "Europe/Berlin",
    ])
    let line = result.output.split(separator: "\n").first.map(String.init) ?? ""
    let window = "# Change window: from 2099-01-31 23:00 Europe/Berlin to 2099-02-01 04:00 Europe/Berlin; now, at "
    #expect(line.hasPrefix(window) && line.hasSuffix("Europe/Berlin, 'run' would wait for it."), "\(result.output)")
  }

  @Test("a node that does not fit is not begun: what is done stays, and the summary says what is left and how to go on")
  func closes() async throws {
    try await LabRun.with { run in
      // The next whole minute that leaves time for the first node, whose gate then takes until 3 s before it.
      let end = (Int(Date().timeIntervalSince1970) + 25) / 60 * 60 + 60
      let gate = ["/bin/sh", "-c", "while [ \"$(date +%s)\" -lt \(end - 3) ]; do sleep 0.2; done"]
      try run.editTopology { topology in
        var nodes = topology["nodes"] as? [[String: Any]] ?? []
        nodes[0]["hooks"] = ["afterNode": ["command": gate, "timeout": 300]]
        topology["nodes"] = nodes
      }
      let time = Date(timeIntervalSince1970: Double(end)).formatted(.iso8601).prefix(16)
      let result = try await run.zdupgrade("run", ["--not_after", String(time), "--time_zone", "UTC", "--yes"])
      #expect(result.code == 78, "\(result.output)\n\(result.errors)")
      #expect(result.output.hasPrefix("Summary table (Status.WINDOW_CLOSED):"))
      let line = result.output.split(separator: "\n").first { $0.hasPrefix("Node-B: not begun, ") } ?? ""
      #expect(line.contains("the change window close"), "\(result.output)")
      #expect(line.contains("; left: Node-B, Node-C; 'zdupgrade resume 20"), "\(result.output)")
      #expect(!result.output.contains("needs your hand") && !result.output.contains("Failed:"))
      #expect(await run.versions() == ["7.7", "7.5.3", "7.5.3"])
      #expect(LabStatus(of: run.lab).nodes[1].newProcesses == 0)
      let runs = try await Program.zdupgrade(["runs", "--log_dir", run.logs])
      #expect(runs.output.contains("WINDOW_CLOSED (78)"))
    }
  }

  @Test("before it opens the run waits, with the nodes looked at; Ctrl-C ends it at once and nothing was changed")
  func waits() async throws {
    try await LabRun.with { run in
      let arguments = run.arguments(
        "run", ["--not_before", "2099-01-31T23:00", "--time_zone", "UTC"] + LabGuide.acceptedDowntime(for: run.lab))
      let script = """
        "$@" 2> "$ERRORS" & pid=$!
        n=0
        until grep -q '^waits .* for the change window, which opens at 2099-01-31 23:00' "$ERRORS"; do
          n=$((n + 1)); [ $n -lt 300 ] || { kill -KILL $pid; exit 99; }
          sleep 0.1
        done
        kill -HUP $pid
        kill -INT $pid
        wait $pid
        """
      let errors = "\(run.lab.directory)/errors"
      let result = try await Program.run(
        "/bin/sh", ["-c", script, "sh", "\(Program.folder)/zdupgrade"] + arguments, environment: ["ERRORS": errors])
      let text = try String(contentsOfFile: errors, encoding: .utf8)
      #expect(result.code == 80, "\(text)")
      #expect(text.contains("Node-C: PREFLIGHT passed"))
      #expect(!text.contains("== EXPORT"))
      #expect(result.output.contains("stopped before 'EXPORT on all nodes at once': SIGINT was received"))
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.upgrade == "not started" })
    }
  }
}
