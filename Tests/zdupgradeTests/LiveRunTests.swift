import Foundation
import Lab
import Testing
import Upgrade

@Suite("A run that is shown live, in a real terminal", .serialized)
struct LiveRunTests {
  /// The command line that upgrades the lab of `run`, and then says how the terminal is set.
  private func line(_ run: LabRun, _ more: [String] = []) -> String {
    let words = ["\(Program.folder)/zdupgrade"] + run.arguments("run", more + LabGuide.acceptedDowntime(for: run.lab))
    let command = words.map(ShellQuoting.quote).joined(separator: " ")
    return "\(command); echo \"EXIT $?\"; stty -a | tr ' ' '\\n' | grep -cxE 'echo|icanon|ixon'"
  }

  /// A terminal in which the lab of `run` is upgraded; the line is read from a file, as it is long.
  private func upgrade(
    _ run: LabRun, _ width: Int = 80, _ height: Int = 24, more: [String] = [], environment: [String: String] = [:],
    _ body: (Terminal) async throws -> Void
  ) async throws {
    let script = "\(run.lab.directory)/upgrade.sh"
    try line(run, more).write(toFile: script, atomically: true, encoding: .utf8)
    try await Terminal.with(width, height, environment: environment) { terminal in
      try await terminal.type("clear; . \(script)")
      try await body(terminal)
    }
  }

  @Test("shows nodes, phases and what is in hand, also when resized; l shows a log, p pauses, Enter goes on, q stops")
  func keys() async throws {
    try await LabRun.with(faults: ["Node-A:apply:slow:4", "Node-B:apply:slow:6"]) { run in
      try await upgrade(run) { terminal in
        var screen = try await terminal.screen(with: "Node-A", "out", "▶")
        #expect(screen.count == 25 && screen[0].hasPrefix("zdupgrade 20"), "a trailing newline, and 24 rows")
        try await terminal.screen(with: "Node-A  create and start the new Node Manager")
        screen = try await terminal.screen(with: "  | Applying the upgraded configuration")
        #expect(screen[1].hasSuffix("load balancer: 2 of 3 in"))

        try await terminal.press("p")
        try await terminal.screen(with: "pauses behind the node in hand")
        try await terminal.press("l")
        try await terminal.screen(with: "log of Node-A")
        try await terminal.screen(with: "Applying the upgraded configuration")
        try await terminal.press("Right")
        try await terminal.screen(with: "log of Node-B")
        try await terminal.press("Escape")
        try await terminal.screen(with: "PAUSED: the operator wants it")
        #expect(await run.versions().prefix(2) == ["7.7", "7.5.3"])

        try await terminal.resize(200, 60)
        try await terminal.screen {
          $0.count == 61 && $0[1].hasSuffix("load balancer: 3 of 3 in") && $0[1].count == 200
        }
        try await terminal.press("Enter")
        try await terminal.screen(with: "Node-B  create and start")
        try await terminal.press("q")
        try await terminal.screen(with: "Stop the run behind the node in hand?")
        try await terminal.press("q")
        try await terminal.screen(with: "the run ends behind the node in hand")
        try await terminal.screen(with: "EXIT 80")
      }
      #expect(await run.versions() == ["7.7", "7.7", "7.5.3"])
    }
  }

  @Test(
    "gives the terminal back as it was, and tells there what it has told meanwhile; without colour where none is wanted"
  )
  func end() async throws {
    try await LabRun.with(faults: ["Node-B:apply:slow:2"], nodes: 2) { run in
      try await upgrade(run, environment: ["NO_COLOR": "1"]) { terminal in
        try await terminal.screen(with: "Node-B", "out", "▶")
        let codes = try await terminal.capture(hasColours: true).joined()
        #expect(!codes.contains("\u{1B}[32m") && !codes.contains("\u{1B}[36m") && codes.contains("✓"))
        try await terminal.screen { $0.contains("3") }
        let all = try await terminal.capture(isWhole: true)
        #expect(all.contains("EXIT 0") && all.contains("Node-B: APPLY passed"))
        #expect(all.contains { $0.contains("Summary table (Status.SUCCESS)") })
        #expect(!all.contains { $0.contains("p pause after this node") })
      }
    }
  }

  @Test("Ctrl-C twice ends it at once, and the terminal is as it was; Ctrl-Z does not stop it in its midst")
  func interrupted() async throws {
    try await LabRun.with(faults: ["Node-A:apply:slow:20"]) { run in
      try await upgrade(run) { terminal in
        try await terminal.screen(with: "Node-A", "out", "▶")
        try await terminal.press("C-z")
        try await terminal.press("C-c")
        try await terminal.screen(with: "the run ends behind the node in hand")
        try await terminal.press("C-c")
        try await terminal.screen { $0.contains("3") && $0.contains("EXIT 130") }
        let all = try await terminal.capture(isWhole: true)
        #expect(all.contains { $0.contains("SIGINT was received again") })
      }
    }
  }

  @Test("a terminal that is lost ends nothing")
  func lost() async throws {
    try await LabRun.with(faults: ["Node-A:apply:slow:2"], nodes: 2) { run in
      try await upgrade(run) { terminal in
        try await terminal.screen(with: "Node-A", "out", "▶")
        await terminal.end()
        _ = try await run.journal(with: ["runEnded", "SUCCESS"])
      }
      #expect(await run.versions() == ["7.7", "7.7"])
    }
  }

  @Test(
    "lines are what it is told in where there is no screen: in a dumb terminal, with --plain, and where it is too small"
  )
  func plain() async throws {
    for (more, environment, size) in [
      (["--plain"], [:], (80, 24)), ([], ["TERM": "dumb"], (80, 24)), ([], [:], (39, 9)),
    ] as [([String], [String: String], (Int, Int))] {
      try await LabRun.with(nodes: 1) { run in
        try await upgrade(
          run, size.0, size.1, more: more + ["--accept_downtime", "Gateway Group"], environment: environment
        ) { terminal in
          try await terminal.screen(with: "EXIT 0")
          let all = try await terminal.capture(isWhole: true)
          #expect(all.contains { $0.hasPrefix("Node-A: APPLY passed") })
        }
      }
    }
  }
}
