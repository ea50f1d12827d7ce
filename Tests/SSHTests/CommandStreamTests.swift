import FoundationEssentials
import Glibc
import Lab
import SSH
import Testing

@Suite("A command over SSH whose streams are held apart")
struct CommandStreamTests {
  @Test("a slow reader stops the command instead of filling memory, and loses nothing")
  func slowReader() async throws {
    try await Host.withSession { session, host in
      let progress = host.folder + "/progress"
      let command = try await session.execute(
        "i=0; while [ $i -lt 200 ]; do head -c 65536 /dev/zero; i=$((i + 1)); echo $i > '\(progress)'; done")
      // 200 pieces make 12.5 MiB; with nothing read, less than half of it fits into the window and the buffers.
      let stopped = try await settledText(of: progress)
      #expect(try #require(Int(stopped)) < 100)
      try await expectUsable(session)
      var count = 0
      for try await bytes in command.standardOutput { count += bytes.count }
      #expect(count == 200 * 65536)
      #expect(try await command.exit() == .code(0))
    }
  }

  @Test("the streams of a command can be read apart, and written to while they are read")
  func streamsApart() async throws {
    try await Host.withSession { session, _ in
      let command = try await session.execute("while read line; do echo \"got $line\"; echo e >&2; done; exit 7")
      async let errors = command.standardError.reduce(into: [UInt8]()) { $0 += $1 }
      var output = command.standardOutput.makeAsyncIterator()
      for word in ["ein", "zwei", "drei"] {
        try await command.write(Array((word + "\n").utf8))
        let answer = try await output.next()
        #expect(answer == Array("got \(word)\n".utf8))
      }
      command.closeInput()
      #expect(try await output.next() == nil)
      #expect(try await command.exit() == .code(7))
      #expect(try await errors == Array("e\ne\ne\n".utf8))
      await #expect { try await command.write([1]) } throws: { ($0 as? SSHError)?.kind == .channel }
    }
  }

  @Test("that nobody refers to any more gives its place on the server free")
  func droppedCommand() async throws {
    try await Host.withSession(lines: ["MaxSessions 1"]) { session, _ in
      var command: SSHCommand? = try await session.execute("cat")
      await #expect(throws: SSHError.self) { try await session.collect("true") }
      #expect(command != nil)
      command = nil
      // The server gives the place free when the command has seen the end of its input and ended.
      try await eventually { (try? await session.collect("true"))?.exit == .code(0) }
    }
  }

  @Test("a session that nobody refers to any more ends on the server too, but not while its command is in use")
  func droppedSession() async throws {
    try await Host.with { host in
      let connect: () async throws -> SSHCommand = {
        let session = try await SSHSession.connect(to: host.target)
        return try await session.execute("cat")
      }
      var command: SSHCommand? = try await connect()
      try await command?.write(Array("still here".utf8))
      command?.closeInput()
      let text = try await command?.standardOutput.reduce(into: [UInt8]()) { $0 += $1 }
      #expect(text == Array("still here".utf8))
      #expect(SSHServer.processes(in: host.server.folder).count > 1)
      command = nil
      try await eventually { SSHServer.processes(in: host.server.folder).count == 1 }
    }
  }

  /// The number in a file, when it has not changed for half a second.
  private func settledText(of path: String) async throws -> String {
    var last = ""
    var since = ContinuousClock.now
    let deadline = since + .seconds(30)
    while ContinuousClock.now < deadline {
      let text = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n").first.map(
        String.init)
      if let text, text == last, ContinuousClock.now - since > .milliseconds(500) { return text }
      if let text, text != last { (last, since) = (text, .now) }
      try await Task.sleep(for: .milliseconds(20))
    }
    return last
  }
}
