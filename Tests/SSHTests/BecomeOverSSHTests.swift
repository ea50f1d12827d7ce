import CommandHandlers
import FoundationEssentials
import Glibc
import Synchronization
import Testing
import Upgrade

@Suite("Commands as another user, with real sudo", .enabled(if: Sudo.isPossible, Sudo.reason))
struct BecomeOverSSHTests {
  @Test("have that user's name and home, both streams, the exit code, and a folder that is theirs or the root")
  func output() async throws {
    try await withHandler { handler, _ in
      let (exit, output, errors) = try await run("id -un; echo $HOME; pwd; echo 'to err' >&2; exit 7", by: handler)
      let home = String(cString: try #require(getpwnam(Sudo.user)).pointee.pw_dir)
      let isUsable = system("sudo -n -u \(Sudo.user) test -x '\(home)'") == 0
      #expect(exit == .code(7))
      #expect(output == "\(Sudo.user)\n\(home)\n\(isUsable ? home : "/")\n")
      #expect(errors == "to err\n")
    }
  }

  @Test("are told to have ended by the signal that ended them", arguments: ["TERM", "KILL", "HUP"])
  func signal(_ name: String) async throws {
    try await withHandler { handler, _ in
      let exit = try await run("kill -s \(name) $$; sleep 20", by: handler).exit
      #expect(exit == .signal(name))
    }
  }

  @Test("read what is sent to them, to its end, byte for byte")
  func input() async throws {
    try await withHandler { handler, _ in
      let bytes = (0..<(3 << 20)).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }
      let read = Mutex<[UInt8]>([])
      let exit = try await handler.run(
        ShellCommand("cat", standardInput: bytes), on: "Node-A", timeout: .seconds(60)
      ) { piece in read.withLock { $0 += piece.bytes } }
      #expect(exit == .code(0))
      #expect(read.withLock { $0 } == bytes)
    }
  }

  @Test("get their secrets on standard input; no process has one in its arguments or environment")
  func secrets() async throws {
    try await withHandler { handler, host in
      let (secret, go) = ("Zdu-s3cret-\(UInt32.random(in: 0...UInt32.max))", host.folder + "/go")
      let script = "IFS= read -r line; echo \"${#line}\"; while [ ! -e \"$1\" ]; do sleep 0.05; done"
      let text = Command.script(script, [go]).line
      let read = Mutex("")
      let task = Task {
        try await handler.run(
          ShellCommand(text, standardInput: Array((secret + "\n").utf8)), on: "Node-A", timeout: .seconds(30)
        ) { piece in read.withLock { $0 += String(decoding: piece.bytes, as: UTF8.self) } }
      }
      try await eventually { read.withLock { $0 } == "\(secret.utf8.count)\n" }
      let seen = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int32($0) != nil }
        .flatMap { ["/proc/\($0)/cmdline", "/proc/\($0)/environ"] }
        .compactMap { FileManager.default.contents(atPath: $0).map { String(decoding: $0, as: UTF8.self) } }
      try host.write("", to: "go")
      #expect(seen.contains { $0.contains("sudo\0-n\0-H\0-u\0\(Sudo.user)") }, "the command was looked at while it ran")
      #expect(!seen.contains { $0.contains(secret) })
      #expect(try await task.value == .code(0))
    }
  }

  @Test(
    "mean the same to any login shell", arguments: ["/bin/sh", "/bin/bash", "/bin/tcsh", "/usr/bin/fish"])
  func loginShells(_ shell: String) async throws {
    guard access(shell, X_OK) == 0 else { return print("\(shell) is not installed, so it is not tested") }
    let handler = BecomingCommandHandler(LoginShell(shell: shell), users: ["Node-A": try Become(Sudo.user)])
    let text = "a 'b' !! !x $HOME \\n \\0041 %s\n\tü`echo`\n"
    let (exit, output, _) = try await run("printf %s \(ShellQuoting.quote(text)); id -un; exit 3", by: handler)
    #expect(exit == .code(3))
    #expect(output == text + "\(Sudo.user)\n")
  }

  @Test("can be detached jobs: their folder is that user's, and they are followed, ended and removed as that user")
  func detached() async throws {
    try await withHandler { handler, host in
      let root = host.folder + "/root"
      try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
      let userID = try Sudo.userID()
      #expect(chown(root, userID, .max) == 0 && chmod(root, 0o700) == 0)
      let runner = DetachedRunner(handler: handler, wait: .seconds(2))
      let job = try DetachedJob(run: "run", step: "step", root: root)
      let read = Mutex("")
      let command = ShellCommand("id -un; cat; exit 6", standardInput: Array("it's in\n".utf8))
      let exit = try await runner.run(command, as: job, on: "Node-A", timeout: .seconds(60)) { piece in
        read.withLock { $0 += String(decoding: piece.bytes, as: UTF8.self) }
      }
      #expect(exit == .code(6))
      #expect(read.withLock { $0 } == "\(Sudo.user)\nit's in\n")
      var status = stat()
      #expect(stat(root + "/run/step/out", &status) == 0)
      #expect(status.st_uid == userID)
      let long = try DetachedJob(run: "run", step: "long", root: root)
      let given = await #expect(throws: Failure.self) {
        try await runner.run(
          ShellCommand("exec sleep 60"), as: long, on: "Node-A", timeout: .milliseconds(500),
          whenGivenUp: .end(grace: .seconds(1))
        ) { _ in }
      }
      #expect(given?.kind == .timeout)
      #expect(try await runner.state(of: long, on: "Node-A") == .ended(.signal("TERM")))
      for job in [job, long] { try await runner.remove(job, on: "Node-A") }
      #expect(access(root + "/run", F_OK) != 0)
    }
  }

  @Test("leave what they start in the background running, as daemons need it")
  func background() async throws {
    try await withHandler { handler, host in
      let (exit, output, _) = try await run("sleep 30 </dev/null >/dev/null 2>&1 & echo $!", by: handler)
      #expect(exit == .code(0))
      let process = try #require(Int32(output.dropLast()))
      #expect(kill(process, 0) == 0 || errno == EPERM)
      _ = try await run("kill \(process)", by: handler)
    }
  }

  @Test("are refused in sudo's words where there is no such user")
  func noUser() async throws {
    try await withHandler("zdu-no-such-user") { handler, _ in
      let (exit, _, errors) = try await run("true", by: handler)
      #expect(exit == .code(1))
      #expect(errors.contains("zdu-no-such-user"))
    }
  }

  private func run(
    _ text: String, by handler: BecomingCommandHandler
  ) async throws -> (exit: CommandExit, output: String, errors: String) {
    let read = Mutex<[CommandOutput]>([])
    let exit = try await handler.run(ShellCommand(text), on: "Node-A", timeout: .seconds(30)) { piece in
      read.withLock { $0.append(piece) }
    }
    func printed(_ stream: CommandOutput.Stream) -> String {
      String(decoding: read.withLock { $0 }.filter { $0.stream == stream }.flatMap(\.bytes), as: UTF8.self)
    }
    return (exit, printed(.standardOutput), printed(.standardError))
  }

  private func withHandler(
    _ user: String = Sudo.user, _ body: (BecomingCommandHandler, Host) async throws -> Void
  ) async throws {
    try await Host.with { host in
      let handler = SSHCommandHandler(targets: ["Node-A": host.target])
      try await cleaningUp {
        try await body(BecomingCommandHandler(handler, users: ["Node-A": try Become(user)]), host)
      } finally: {
        await handler.disconnect()
      }
    }
  }
}
