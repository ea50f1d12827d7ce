import CommandHandlers
import Glibc
import Lab
import SSH
import Synchronization
import Testing
import Upgrade

@Suite("Logging in with a password", .enabled(if: PasswordHost.isPossible, PasswordHost.reason))
struct PasswordTests {
  private static let onlyPassword = ["PasswordAuthentication yes", "KbdInteractiveAuthentication no"]
  private static let onlyQuestions = ["PasswordAuthentication no", "KbdInteractiveAuthentication yes"]

  @Test("works by both methods, with any characters; a wrong one is refused", arguments: [onlyPassword, onlyQuestions])
  func methods(_ lines: [String]) async throws {
    try await PasswordHost.with(lines: lines) { host in
      #expect(try await Self.userName(host.passwordTarget) == PasswordHost.user)
      var target = host.passwordTarget
      target.password = SSHSecret("wrong")
      let error = try await #require(failure { _ = try await SSHSession.connect(to: target) })
      #expect(error.kind == .authentication)
      #expect(error.evidence.contains("the password: refused"), "\(error)")
      #expect(!"\(error)".contains("wrong"))
    }
  }

  @Test("comes behind the keys that the server does not know, however many, and completes one that it does")
  func behindKeys() async throws {
    try await PasswordHost.with(lines: Self.onlyPassword + ["MaxAuthTries 3"]) { host in
      var target = host.passwordTarget
      for number in 1...4 {
        let path = "\(host.folder)/\(number)"
        target.defaultIdentityFiles.append(try await SSHKey.generate(.ed25519, at: path).path)
      }
      #expect(try await Self.userName(target) == PasswordHost.user)
    }
    let both = Self.onlyQuestions + ["AuthenticationMethods publickey,keyboard-interactive"]
    try await PasswordHost.with(lines: both) { host in
      var target = host.passwordTarget
      target.identityFile = host.key.path
      #expect(try await Self.userName(target) == PasswordHost.user)
      target.password = nil
      let error = try await #require(failure { _ = try await SSHSession.connect(to: target) })
      #expect(error.kind == .authentication)
      #expect(error.evidence.contains("the server offers: keyboard-interactive"), "\(error)")
    }
  }

  @Test("is not sent where the server does not take passwords")
  func notOffered() async throws {
    try await Host.with { host in
      var target = host.target
      target.identityFile = nil
      target.password = SSHSecret("secret")
      let error = try await #require(failure { _ = try await SSHSession.connect(to: target) })
      #expect(error.kind == .authentication && error.evidence.contains("the password: not asked for"), "\(error)")
    }
  }

  @Test("commands become another user where sudo wants the password, and where it does not; a wrong one eats no input")
  func sudo() async throws {
    let rules = ["\(PasswordHost.user) ALL=(nobody) ALL", "\(PasswordHost.user) ALL=(daemon) NOPASSWD: ALL"]
    try await PasswordHost.with(lines: Self.onlyPassword, sudoers: rules) { host in
      let handler = SSHCommandHandler(targets: ["A": host.passwordTarget])
      try await cleaningUp {
        for user in ["nobody", "daemon"] {
          let become = try Become(user, password: Secret(PasswordHost.password))
          let result = try await Self.run(BecomingCommandHandler(handler, users: ["A": become]))
          #expect(result.exit == .code(7) && result.text == "\(user)\nline 1\nline 2\n", "\(result)")
        }
        let wrong = try Become("nobody", password: Secret("wrong"))
        let refused = try await Self.run(BecomingCommandHandler(handler, users: ["A": wrong]))
        #expect(refused.exit == .code(1) && refused.text.contains("incorrect password attempt"), "\(refused)")
        let none = try await Self.run(BecomingCommandHandler(handler, users: ["A": try Become("nobody")]))
        #expect(none.exit == .code(1) && none.text.contains("a password is required"), "\(none)")
      } finally: {
        await handler.disconnect()
      }
    }
  }

  @Test("detached jobs are not confused by a shell that prints at login")
  func noise() async throws {
    let noise = ["echo 'Welcome to this host'", "echo 'a warning' >&2", "printf 'no line end'"]
    try await PasswordHost.with(lines: Self.onlyPassword, shell: noise) { host in
      let handler = SSHCommandHandler(targets: ["A": host.passwordTarget])
      try await cleaningUp {
        let runner = DetachedRunner(handler: handler, wait: .seconds(2))
        let job = try DetachedJob(run: "run", step: "step", root: "\(host.folder)/home/jobs")
        system("install -d -m 700 -o 61234 '\(host.folder)/home/jobs'")
        let read = Mutex("")
        let exit = try await runner.run(
          ShellCommand("echo begun; sleep 1; echo done; exit 3"), as: job, on: "A", timeout: .seconds(60)
        ) { piece in
          read.withLock { $0 += String(decoding: piece.bytes, as: UTF8.self) }
        }
        #expect(exit == .code(3))
        #expect(read.withLock { $0 } == "begun\ndone\n")
      } finally: {
        await handler.disconnect()
      }
    }
  }

  private static func userName(_ target: SSHTarget) async throws -> String {
    let session = try await SSHSession.connect(to: target)
    let text = try await session.collect("id -un").text
    await session.disconnect()
    return String(text.dropLast())
  }

  private static func run(_ handler: BecomingCommandHandler) async throws -> (exit: CommandExit, text: String) {
    let read = Mutex("")
    let command = ShellCommand("id -un; cat; exit 7", standardInput: Array("line 1\nline 2\n".utf8))
    let exit = try await handler.run(command, on: "A", timeout: .seconds(30)) { piece in
      read.withLock { $0 += String(decoding: piece.bytes, as: UTF8.self) }
    }
    return (exit, read.withLock { $0 })
  }
}
