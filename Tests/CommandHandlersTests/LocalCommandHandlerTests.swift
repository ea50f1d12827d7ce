import CommandHandlers
import FoundationEssentials
import Glibc
import Testing
import Upgrade

@Suite("LocalCommandHandler")
struct LocalCommandHandlerTests {
  private let handler = LocalCommandHandler(grace: .milliseconds(300))

  @Test("the exit code is the command's own", arguments: [0, 1, 2, 75, 100, 127, 128, 255] as [Int32])
  func exitCodes(code: Int32) async throws {
    let (exit, _) = try await run("exit \(code)")
    #expect(exit == .code(code))
  }

  @Test("a signal that ends the command is named as SSH names it", arguments: ["TERM", "KILL", "HUP", "SEGV", "USR1"])
  func signals(name: String) async throws {
    let (exit, _) = try await run("kill -\(name) $$")
    #expect(exit == .signal(name))
  }

  @Test("both streams come apart, complete and with every byte as it was")
  func streams() async throws {
    let (exit, printed) = try await run("printf 'größe \\0 \\377 ü'; printf '日本' >&2")
    #expect(exit == .code(0))
    #expect(printed.bytes(.standardOutput) == Array("größe \0 ".utf8) + [0xff] + Array(" ü".utf8))
    #expect(printed.bytes(.standardError) == Array("日本".utf8))
  }

  @Test("16 MiB on both streams at once arrive, in order for each")
  func volume() async throws {
    let half = "dd if=/dev/zero bs=65536 count=256 2>/dev/null"
    let (exit, printed) = try await run("(\(half); echo end) & (\(half); echo fin) >&2; wait")
    #expect(exit == .code(0))
    for (stream, last) in [(CommandOutput.Stream.standardOutput, "end\n"), (.standardError, "fin\n")] {
      let bytes = printed.bytes(stream)
      #expect(bytes.count == 16 << 20 + 4)
      #expect(bytes.suffix(4).elementsEqual(last.utf8))
    }
  }

  @Test("a slow reader gets everything, also what was printed right before the command's end")
  func slowReader() async throws {
    let printed = Printed()
    let exit = try await handler.run(ShellCommand("seq 1 100000"), on: "", timeout: .seconds(30)) { piece in
      for _ in 0..<100 { await Task.yield() }
      printed.append(piece)
    }
    #expect(exit == .code(0))
    #expect(printed.text(.standardOutput).hasSuffix("99999\n100000\n"))
    #expect(printed.bytes(.standardOutput).count == 588_895)
  }

  @Test("1 MiB of standard input reaches the command and comes back from it")
  func input() async throws {
    let bytes = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let (exit, printed) = try await run("cat", input: bytes)
    #expect(exit == .code(0))
    #expect(printed.bytes(.standardOutput) == bytes)
  }

  @Test("a shell and the program behind it read one input after the other")
  func sharedInput() async throws {
    let (_, printed) = try await run("IFS= read -r first && echo \"<$first>\" && cat", input: Array("ü 1\nrest\n".utf8))
    #expect(printed.text(.standardOutput) == "<ü 1>\nrest\n")
  }

  @Test("a command that never reads its input neither hangs nor hurts us")
  func inputNotRead() async throws {
    let (exit, _) = try await run("exit 3", input: [UInt8](repeating: 65, count: 1 << 20))
    #expect(exit == .code(3))
    let (closed, _) = try await run("exec <&-; exit 4", input: [UInt8](repeating: 65, count: 1 << 20))
    #expect(closed == .code(4))
  }

  @Test("without input the command reads the end at once, and has no terminal to ask at")
  func noTerminal() async throws {
    let (_, printed) = try await run("cat; (: </dev/tty) 2>/dev/null && echo tty; echo done")
    #expect(printed.text(.standardOutput) == "done\n")
  }

  @Test("no descriptor but the three streams is inherited")
  func descriptors() async throws {
    let stray = open("/dev/null", O_RDONLY)
    defer { close(stray) }
    try #require(stray >= 0 && fcntl(stray, F_GETFD) & FD_CLOEXEC == 0)
    // The shell expands the pattern itself; the fourth is the folder it reads for that.
    let (_, printed) = try await run("for d in /proc/$$/fd/*; do readlink $d; done")
    let lines = printed.text(.standardOutput).split(separator: "\n")
    #expect(!lines.contains("/dev/null"))
    #expect(lines.count <= 4, "\(lines)")
  }

  @Test("a withheld environment variable is not there, the others are")
  func environment() async throws {
    let handler = LocalCommandHandler(withholding: ["HOME"])
    let printed = Printed()
    _ = try await handler.run(ShellCommand("echo \"${HOME-none} ${PATH:+path}\""), on: "", timeout: .seconds(10)) {
      printed.append($0)
    }
    #expect(printed.text(.standardOutput) == "none path\n")
  }

  @Test("a command that holds a NUL is refused, not cut")
  func nul() async {
    let failure = await #expect(throws: Failure.self) { try await run("echo a\0b") }
    #expect(failure?.kind == .refused)
  }

  @Test("many commands at once do not disturb each other")
  func parallel() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<40 {
        group.addTask {
          let (exit, printed) = try await run("cat; exit \(number)", input: Array("\(number)".utf8))
          #expect(exit == .code(Int32(number)))
          #expect(printed.text(.standardOutput) == "\(number)")
        }
      }
      try await group.waitForAll()
    }
  }

  private func run(_ text: String, input: [UInt8] = []) async throws -> (CommandExit, Printed) {
    let printed = Printed()
    let exit = try await handler.run(
      ShellCommand(text, standardInput: input), on: "anything", timeout: .seconds(60)
    ) { printed.append($0) }
    return (exit, printed)
  }
}
