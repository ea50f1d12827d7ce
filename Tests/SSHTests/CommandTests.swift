import FoundationEssentials
import Glibc
import Lab
import SSH
import Testing

@Suite("A command over SSH")
struct CommandTests {
  @Test("gives both streams and the exit code")
  func streamsAndCode() async throws {
    try await Host.withSession { session, _ in
      let transcript = try await session.collect("echo out; echo err >&2; exit 3")
      #expect(transcript.text == "out\n")
      #expect(transcript.errorText == "err\n")
      #expect(transcript.exit == .code(3))
    }
  }

  @Test("gives every exit code from 0 to 255, one command after another on one session")
  func exitCodes() async throws {
    try await Host.withSession { session, _ in
      for code in 0...255 {
        let transcript = try await session.collect("exit \(code)")
        #expect(transcript == Transcript(exit: .code(Int32(code))))
      }
    }
  }

  @Test("that is ended by a signal says which", arguments: ["TERM", "KILL", "HUP"])
  func signals(_ name: String) async throws {
    try await Host.withSession { session, _ in
      let transcript = try await session.collect("echo before; kill -\(name) $$; sleep 5")
      #expect(transcript.text == "before\n")
      #expect(transcript.exit == .signal(name))
    }
  }

  @Test("64 MiB on both streams at once arrive whole, and little of them is held at a time")
  func bothStreams() async throws {
    try await Host.withSession { session, _ in
      let size = 64 << 20
      var counts: [SSHOutput.Stream: Int] = [:]
      var areIntact = true
      let before = peakMemory()
      let exit = try await session.run(
        "yes out | head -c \(size) & yes err | head -c \(size) >&2; wait", timeout: .seconds(60)
      ) { piece in
        let pattern: [UInt8] = piece.stream == .standardOutput ? Array("out\n".utf8) : Array("err\n".utf8)
        let start = counts[piece.stream, default: 0]
        // Every piece is looked at where it begins and ends; all of it in a debug build takes too long.
        for offset in [0, piece.bytes.count / 2, piece.bytes.count - 1] {
          areIntact = areIntact && piece.bytes[offset] == pattern[(start + offset) % 4]
        }
        counts[piece.stream] = start + piece.bytes.count
      }
      #expect(exit == .code(0))
      #expect(counts == [.standardOutput: size, .standardError: size])
      #expect(areIntact)
      // The other tests of this process use some too; 128 MiB held would show.
      #expect(peakMemory() - before < 96 << 20)
    }
  }

  @Test("sends back 1 MiB of standard input byte for byte, without deadlock")
  func standardInput() async throws {
    try await Host.withSession { session, _ in
      var input = [UInt8]()
      for index in 0..<(1 << 18) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: index &* 2_654_435_761)) { input += $0 }
      }
      let transcript = try await session.collect("cat", standardInput: input)
      #expect(transcript.output == input)
      #expect(transcript.exit == .code(0))
    }
  }

  @Test("that does not read its standard input ends all the same")
  func unreadInput() async throws {
    try await Host.withSession { session, _ in
      let transcript = try await session.collect(
        "exec <&-; echo done", standardInput: [UInt8](repeating: 65, count: 5 << 20))
      #expect(transcript.text == "done\n")
      #expect(transcript.exit == .code(0))
      try await expectUsable(session)
    }
  }

  @Test("takes and gives any text: not ASCII, and what shells find special")
  func anyText() async throws {
    let text = "grüße 😀 'q' \"d\" $(touch x) `id` \\ ; & | * ? ~ \t{a,b} #!% \u{202E}end\u{1}"
    try await Host.withSession { session, _ in
      let quoted = "'" + text.replacing("'", with: "'\\''") + "'"
      let transcript = try await session.collect(
        "printf %s \(quoted); printf %s \(quoted) >&2; cat", standardInput: Array(text.utf8))
      #expect(transcript.text == text + text)
      #expect(transcript.errorText == text)
      #expect(try await session.collect("exit $(printf %s \(quoted) | wc -c)").exit == .code(Int32(text.utf8.count)))
    }
  }

  @Test("with a NUL byte or too long to be sent is refused, and the session stays usable")
  func invalid() async throws {
    try await Host.withSession { session, _ in
      await #expect { try await session.collect("echo a\0b") } throws: { ($0 as? SSHError)?.kind == .invalid }
      await #expect {
        try await session.collect(String(repeating: "é", count: 17_001))
      } throws: {
        ($0 as? SSHError)?.kind == .invalid
      }
      let long = String(repeating: "é", count: 16_990)
      let transcript = try await session.collect("echo \(long)")
      #expect(transcript.text == long + "\n")
    }
  }

  @Test("that takes too long is given up at its time-out, and the session stays usable")
  func timeout() async throws {
    try await Host.withSession { session, _ in
      let start = ContinuousClock.now
      await #expect {
        try await session.collect("echo begun; sleep 60", timeout: .milliseconds(300))
      } throws: {
        ($0 as? SSHError)?.kind == .timeout
      }
      let elapsed = ContinuousClock.now - start
      #expect(elapsed >= .milliseconds(300) && elapsed < .seconds(10))
      try await expectUsable(session)
    }
  }

  @Test("whose task is cancelled ends at once with CancellationError, and the session stays usable")
  func cancellation() async throws {
    try await Host.withSession { session, _ in
      let (begun, signal) = AsyncStream<Void>.makeStream()
      let task = Task {
        try await session.run("echo begun; sleep 60") { _ in signal.yield() }
      }
      for await _ in begun { break }
      let start = ContinuousClock.now
      task.cancel()
      await #expect(throws: CancellationError.self) { _ = try await task.value }
      #expect(ContinuousClock.now - start < .seconds(10))
      try await expectUsable(session)
    }
  }

  @Test("whose output is refused by its reader is given up with the reader's error")
  func readerThrows() async throws {
    struct Enough: Error {}
    try await Host.withSession { session, _ in
      await #expect(throws: Enough.self) {
        _ = try await session.run("yes") { _ in throw Enough() }
      }
      try await expectUsable(session)
    }
  }

  @Test("20 at once on one session all get their own output")
  func manyAtOnce() async throws {
    try await Host.withSession { session, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...20 {
          group.addTask {
            let input = [UInt8](repeating: UInt8(number), count: 100_000 + number)
            let transcript = try await session.collect("cat; echo \(number) >&2; exit \(number)", standardInput: input)
            #expect(
              transcript == Transcript(output: input, error: Array("\(number)\n".utf8), exit: .code(Int32(number))))
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("more at once than the server's MaxSessions: the surplus fails with a hint, the others do not notice")
  func tooManyAtOnce() async throws {
    try await Host.with(lines: ["MaxSessions 2"]) { host in
      let session = try await SSHSession.connect(to: host.target)
      try await cleaningUp {
        let first = try await session.execute("cat")
        let second = try await session.execute("cat")
        await #expect { try await session.collect("true") } throws: { error in
          let error = error as? SSHError
          return error?.kind == .noChannel && error?.remedy?.contains("MaxSessions") == true
        }
        for command in [first, second] {
          command.closeInput()
          #expect(try await command.exit() == .code(0))
        }
      } finally: {
        await session.disconnect()
      }
    }
  }

  /// The most memory this process has had so far, in bytes.
  private func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
