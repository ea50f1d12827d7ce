import CommandHandlers
import FoundationEssentials
import Glibc
import Lab
import SSH
import Subprocess
import Synchronization
import Testing
import Upgrade

@Suite("Commands on nodes over SSH")
struct SSHCommandHandlerTests {
  @Test("a command gets its secret on standard input and gives output and exit code")
  func runs() async throws {
    try await withHandler { handler, _ in
      let command = try Command(
        in: "/", words: [.text("/bin/echo"), .text("it's $HOME"), .secret(.password), .text("ü")]
      ).invocation(with: [.password: Secret("p'w $(id)")])
      let output = Mutex<[UInt8]>([])
      let exit = try await handler.run(command, on: "Node-A", timeout: .seconds(20)) { piece in
        output.withLock { $0 += piece.bytes }
      }
      #expect(exit == .code(0))
      #expect(String(decoding: output.withLock { $0 }, as: UTF8.self) == "it's $HOME p'w $(id) ü\n")
    }
  }

  @Test("all commands of a node use one session, and a time-out or a cancellation does not end it")
  func oneSession() async throws {
    try await withHandler { handler, host in
      try await handler.connect(to: "Node-A")
      await #expect { try await run(handler, "sleep 60", timeout: .milliseconds(200)) } throws: {
        ($0 as? Failure)?.kind == .timeout
      }
      let begun = host.folder + "/begun"
      let task = Task { try await run(handler, "touch '\(begun)'; sleep 60", timeout: nil) }
      try await eventually { access(begun, F_OK) == 0 }
      task.cancel()
      await #expect(throws: CancellationError.self) { _ = try await task.value }
      for code in 1...5 {
        let exit = try await run(handler, "exit \(code)")
        #expect(exit == .code(Int32(code)))
      }
      let exit = try await run(handler, "kill -TERM $$")
      #expect(exit == .signal("TERM"))
      let logins = try host.acceptedLogins()
      #expect(logins == 1)
    }
  }

  @Test("a session that was lost between two commands is made anew; one lost in mid-command fails and is not run again")
  func lostSessions() async throws {
    try await withHandler { handler, host in
      _ = try await run(handler, "true")
      await host.server.dropSessions()
      let again = try await run(handler, "true")
      #expect(again == .code(0))
      let runs = host.folder + "/runs"
      let task = Task { try await run(handler, "echo run >> '\(runs)'; sleep 60") }
      try await eventually { access(runs, F_OK) == 0 }
      await host.server.dropSessions()
      await #expect { _ = try await task.value } throws: { ($0 as? Failure)?.kind == .unreachable }
      let exit = try await run(handler, "exit $(wc -l < '\(runs)')")
      #expect(exit == .code(1))
      let logins = try host.acceptedLogins()
      #expect(logins == 3)
    }
  }

  @Test("commands on different nodes run at the same time")
  func inParallel() async throws {
    try await withHandler { handler, host in
      let fifo = host.folder + "/fifo"
      #expect(mkfifo(fifo, 0o600) == 0)
      // Each ends only when the other has begun.
      async let reads = run(handler, "exec cat '\(fifo)'", on: "Node-A")
      async let writes = run(handler, "echo met > '\(fifo)'", on: "Node-B")
      let exits = try await [reads, writes]
      #expect(exits == [.code(0), .code(0)])
    }
  }

  @Test("what goes wrong has the kind by which the engine decides")
  func failures() async throws {
    try await Host.with { host in
      var stranger = host.target
      stranger.knownHostsFiles = []
      var keyless = host.target
      keyless.identityFile = nil
      var closed = host.target
      closed.port = 1
      let handler = SSHCommandHandler(targets: ["stranger": stranger, "keyless": keyless, "closed": closed])
      let kinds: [(String, Failure.Kind)] = [
        ("stranger", .hostKey), ("keyless", .authentication), ("closed", .unreachable), ("nobody", .refused),
      ]
      for (node, kind) in kinds {
        await #expect { try await run(handler, "true", on: node) } throws: { error in
          (error as? Failure)?.kind == kind
        }
      }
    }
  }

  @Test("a login that was begun ahead is the first command's, also when it was refused: it is not tried once more")
  func ahead() async throws {
    try await Host.with { host in
      let logins = Mutex<[String: Int]>([:])
      var keyless = host.target
      keyless.identityFile = nil
      let handler = SSHCommandHandler { [target = host.target, keyless] node in
        logins.withLock { $0[node, default: 0] += 1 }
        return node == "keyless" ? keyless : target
      }
      try await cleaningUp {
        for node in ["good", "keyless"] { await handler.connectAhead(to: node) }
        let exit = try await run(handler, "true", on: "good")
        #expect(exit == .code(0))
        for _ in 1...2 {
          let failure = await #expect(throws: Failure.self) { try await run(handler, "true", on: "keyless") }
          #expect(failure?.kind == .authentication)
        }
        #expect(logins.withLock { $0 } == ["good": 1, "keyless": 1])
      } finally: {
        await handler.disconnect()
      }
    }
  }

  private func withHandler(_ body: (SSHCommandHandler, Host) async throws -> Void) async throws {
    try await Host.with { host in
      let handler = SSHCommandHandler(targets: ["Node-A": host.target, "Node-B": host.target])
      try await cleaningUp {
        try await body(handler, host)
      } finally: {
        await handler.disconnect()
      }
    }
  }

  @discardableResult
  private func run(
    _ handler: SSHCommandHandler, _ text: String, on node: String = "Node-A", timeout: Duration? = .seconds(20)
  ) async throws -> CommandExit {
    try await handler.run(ShellCommand(text), on: node, timeout: timeout) { _ in }
  }
}
