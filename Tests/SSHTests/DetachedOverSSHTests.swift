import CommandHandlers
import FoundationEssentials
import Glibc
import Lab
import SSH
import Subprocess
import Synchronization
import Testing
import Upgrade

@Suite("A detached job over SSH")
struct DetachedOverSSHTests {
  @Test("sessions that are cut again and again lose and repeat no byte, and the job starts once")
  func cuts() async throws {
    try await withRunner { runner, host in
      let (source, runs) = (host.folder + "/source", host.folder + "/runs")
      let bytes = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }
      try Data(bytes).write(to: URL(filePath: source))
      let job = try DetachedJob(run: "run", step: "step", root: host.folder + "/root")
      let read = Mutex<[UInt8]>([])
      let isDone = Mutex(false)
      let command = ShellCommand(
        "echo run >>'\(runs)'; for i in 0 1 2 3 4 5 6 7; do tail -c +$((i * 1048576 + 1)) '\(source)' | "
          + "head -c 1048576; sleep 0.2; done; exit 6")
      let cutter = Task {
        var cuts = 0
        while !isDone.withLock({ $0 }) {
          // Whatever is under way by then is cut, a login too.
          try await Task.sleep(for: .milliseconds(Int64.random(in: 30...400)))
          await host.server.dropSessions()
          cuts += 1
        }
        return cuts
      }
      let exit = try await runner.run(command, as: job, on: "Node-A", timeout: .seconds(90)) { piece in
        read.withLock { $0 += piece.bytes }
        if read.withLock({ $0.count }) == bytes.count { isDone.withLock { $0 = true } }
      }
      isDone.withLock { $0 = true }
      let cuts = try await cutter.value
      #expect(cuts > 2)
      #expect(exit == .code(6))
      #expect(read.withLock { $0 } == bytes)
      #expect(try String(contentsOfFile: runs, encoding: .utf8) == "run\n")
    }
  }

  @Test("a server that goes away and comes back finds the job where it was")
  func restart() async throws {
    try await withRunner { runner, host in
      let go = host.folder + "/go"
      let job = try DetachedJob(run: "run", step: "step", root: host.folder + "/root")
      let read = Mutex("")
      let task = Task {
        try await runner.run(
          ShellCommand("echo one; while [ ! -e '\(go)' ]; do sleep 0.05; done; echo two"), as: job, on: "Node-A"
        ) { piece in read.withLock { $0 += String(decoding: piece.bytes, as: UTF8.self) } }
      }
      try await eventually { read.withLock { $0 } == "one\n" }
      await host.server.stop()
      try host.write("", to: "go")
      let server = try await SSHServer.start(
        .init(
          folder: host.server.folder, port: host.server.port, authorizedKeys: [host.key.publicKey],
          environment: ["SHLVL": "2"]))
      try await cleaningUp {
        let exit = try await task.value
        #expect(exit == .code(0))
        #expect(read.withLock { $0 } == "one\ntwo\n")
      } finally: {
        await server.stop()
      }
    }
  }

  @Test("a node that stays away longer than the time to reconnect is unreachable; other failures end at once")
  func away() async throws {
    try await withRunner { _, host in
      var (closed, stranger) = (host.target, host.target)
      closed.port = 1
      stranger.knownHostsFiles = []
      let handler = SSHCommandHandler(targets: ["closed": closed, "stranger": stranger])
      let runner = DetachedRunner(handler: handler, reconnectTime: .seconds(1))
      let job = try DetachedJob(run: "run", step: "step", root: host.folder + "/root")
      for (node, kind) in [("closed", Failure.Kind.unreachable), ("stranger", .hostKey), ("nobody", .refused)] {
        let failure = await #expect(throws: Failure.self) {
          try await runner.run(ShellCommand("true"), as: job, on: node) { _ in }
        }
        #expect(failure?.kind == kind)
      }
    }
  }

  @Test("a detached true costs little more than a plain one")
  func cost() async throws {
    try await withRunner { runner, host in
      let handler = SSHCommandHandler(targets: ["Node-A": host.target])
      let clock = ContinuousClock()
      func plain() async throws {
        _ = try await handler.run(ShellCommand("true"), on: "Node-A", timeout: .seconds(20)) { _ in }
      }
      func detached(_ number: Int) async throws {
        let job = try DetachedJob(run: "run", step: "step-\(number)", root: host.folder + "/root")
        let exit = try await runner.run(ShellCommand("true"), as: job, on: "Node-A") { _ in }
        #expect(exit == .code(0))
      }
      try await plain()
      try await detached(0)
      let plainTime = try await clock.measure { for _ in 0..<20 { try await plain() } } / 20
      let detachedTime = try await clock.measure { for number in 1...20 { try await detached(number) } } / 20
      await handler.disconnect()
      print("a plain true: \(plainTime), a detached one: \(detachedTime)")
      #expect(detachedTime < .seconds(2))
    }
  }

  @Test(
    "the line means the same to any login shell", arguments: ["/bin/sh", "/bin/bash", "/bin/tcsh", "/usr/bin/fish"])
  func loginShells(_ shell: String) async throws {
    guard access(shell, X_OK) == 0 else { return print("\(shell) is not installed, so it is not tested") }
    try await withScratchFolder { folder in
      let handler = LoginShell(shell: shell)
      let job = try DetachedJob(run: "run", step: "step", root: folder + "/it's !! root")
      let read = Mutex<[UInt8]>([])
      let text = "a 'b' !! !x $HOME \\n\nü"
      let exit = try await DetachedRunner(handler: handler).run(
        ShellCommand("printf %s \(ShellQuoting.quote(text)); cat; exit 3", standardInput: Array("in\n".utf8)),
        as: job, on: "", timeout: .seconds(20)
      ) { piece in read.withLock { $0 += piece.bytes } }
      #expect(exit == .code(3))
      #expect(read.withLock { $0 } == Array((text + "in\n").utf8))
    }
  }

  private func withRunner(_ body: (DetachedRunner, Host) async throws -> Void) async throws {
    try await Host.with { host in
      let handler = SSHCommandHandler(targets: ["Node-A": host.target])
      try await cleaningUp {
        try await body(DetachedRunner(handler: handler, wait: .seconds(2)), host)
      } finally: {
        await handler.disconnect()
      }
    }
  }
}
