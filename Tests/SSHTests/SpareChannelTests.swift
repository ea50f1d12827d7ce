import Lab
import SSH
import Testing

@Suite("A channel that is opened before it is wanted")
struct SpareChannelTests {
  @Test("is no matter where the server has no room for it", arguments: ["MaxSessions 1", "MaxSessions 2"])
  func noRoom(_ line: String) async throws {
    try await Host.withSession(lines: [line]) { session, _ in
      for number in 0...9 {
        let transcript = try await session.collect("echo \(number); exit \(number)")
        #expect(transcript.text == "\(number)\n" && transcript.exit == .code(Int32(number)))
      }
    }
  }

  @Test("gives its place to the next command, also where many run at once")
  func place() async throws {
    try await Host.withSession(lines: ["MaxSessions 3"]) { session, _ in
      for _ in 1...3 { try await expectUsable(session) }
      // What is got ready beside them has its place by then.
      _ = try await session.process()
      let exits = try await withThrowingTaskGroup(of: SSHExit.self) { group in
        for number in 1...3 { group.addTask { try await session.collect("sleep 0.5; exit \(number)").exit } }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(exits == [.code(1), .code(2), .code(3)])
      try await expectUsable(session)
    }
  }

  @Test("that the server closes because nothing goes over it costs at most one more try")
  func closed() async throws {
    try await Host.withSession(lines: ["ChannelTimeout session=1s"]) { session, host in
      for _ in 1...2 { try await expectUsable(session) }
      for _ in 1...2 {
        #expect(try await session.collect("sleep 3; exit 3").exit == .code(3))
        try await expectUsable(session)
      }
    }
  }
}
