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
}
