import Glibc
import Lab
import SSH
import Testing

@Suite("A process that runs one command after another over one channel")
struct CommandServerTests {
  /// Logs in and runs commands until one process runs them.
  private func withServer(
    lines: [String] = [], _ body: (SSHSession, _ process: String) async throws -> Void
  ) async throws {
    try await Host.withSession(lines: lines) { session, _ in
      try await body(session, try await session.process())
    }
  }

  @Test("gives streams, bytes and every exit code as a channel of its own does")
  func streamsAndCodes() async throws {
    try await withServer { session, process in
      for code in 0...255 {
        let transcript = try await session.collect("printf 'a\\0b\\377'; echo \(code) >&2; exit \(code)")
        #expect(transcript.output == [97, 0, 98, 255])
        #expect(transcript.errorText == "\(code)\n")
        #expect(transcript.exit == .code(Int32(code)))
      }
      #expect(try await session.parent() == process)
    }
  }

  @Test("says which signal has ended a command", arguments: ["TERM", "KILL", "HUP", "INT", "PIPE", "USR1", "SEGV"])
  func signals(_ name: String) async throws {
    try await withServer { session, process in
      let transcript = try await session.collect("echo before; kill -\(name) $$; sleep 5")
      #expect(transcript.text == "before\n")
      #expect(transcript.exit == .signal(name))
      #expect(try await session.collect("sh -c 'kill -9 $$'; exit $?").exit == .code(137))
      #expect(try await session.parent() == process)
    }
  }

  @Test("feeds a command all of its input, also one that reads none of it")
  func input() async throws {
    try await withServer { session, process in
      let input = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) }
      let echoed = try await session.collect("cat; cat >&2 </dev/null", standardInput: input)
      #expect(echoed.output == input && echoed.exit == .code(0))
      #expect(try await session.collect("exec 0<&-; sleep 0.2; exit 4", standardInput: input).exit == .code(4))
      #expect(try await session.collect("wc -c").text == "0\n")
      #expect(try await session.parent() == process)
    }
  }

  @Test("takes a hostile line as data, for the shell of the user")
  func hostile() async throws {
    let word = "a'b\"c\n$(touch x) `y` \\ !! ü -n %s"
    let quoted = word.split(separator: "'").joined(separator: #"'\''"#)
    try await withServer { session, process in
      let transcript = try await session.collect("printf %s '\(quoted)'")
      #expect(transcript.text == word)
      #expect(try await session.collect("0 5").exit == .code(127))
      #expect(try await session.collect("").exit == .code(0))
      #expect(try await session.parent() == process)
    }
  }

  @Test("gives each command a session, the folder, the environment and the signals that sshd gives it")
  func surroundings() async throws {
    let look = """
      [ "$(ps -o sid= -p $$ | tr -d ' ')" = $$ ] && echo leader; pwd; umask; echo $0; env | grep -v '^SSH_C' | sort; \
      grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/$$/fd
      """
    try await Host.withSession { session, host in
      let own = try await session.collect(look)
      #expect(own.text.hasPrefix("leader\n"))
      _ = try await session.process()
      #expect(try await session.collect(look) == own)
    }
  }

  @Test("waits for what a command leaves behind with its streams, and takes none of it for the next one's")
  func leftBehind() async throws {
    try await withServer { session, process in
      let transcript = try await session.collect("(sleep 0.5; echo late) & echo early; exit 5")
      #expect(transcript.text == "early\nlate\n" && transcript.exit == .code(5))
      #expect(try await session.collect("(sleep 0.2; echo lost) >/dev/null 2>&1 & echo early").text == "early\n")
      #expect(try await session.collect("sleep 0.5; echo next").text == "next\n")
      #expect(try await session.parent() == process)
    }
  }

  @Test("has one command at a time; others have channels of their own meanwhile")
  func manyAtOnce() async throws {
    try await withServer { session, process in
      let parents = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 1...6 { group.addTask { try await session.collect("sleep 0.3; \(SSHSession.whoRunsIt)").text } }
        return try await group.reduce(into: [String]()) { $0.append($1) }
      }
      #expect(parents.count { $0 == process } == 1 && parents.count { !SSHSession.isServer($0) } == 5)
      #expect(try await session.parent() == process)
    }
  }

  @Test(
    "and channels that are opened and started in any order do not get in each other's way", arguments: [true, false])
  func anyOrder(_ isServed: Bool) async throws {
    try await Host.with { host in
      var target = host.target
      target.sharesChannel = isServed
      let session = try await SSHSession.connect(to: target)
      try await cleaningUp {
        for round in 1...40 {
          let exits = try await withThrowingTaskGroup(of: SSHExit.self) { group in
            for number in 0..<(2 + round % 5) {
              group.addTask { try await session.collect("exit \(number)").exit }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
          }
          #expect(exits == Set((0..<(2 + round % 5)).map { .code(Int32($0)) }))
        }
      } finally: {
        await session.disconnect()
      }
    }
  }

  @Test("lets a slow reader slow the command, and hands over all in the end")
  func slowReader() async throws {
    try await withServer { session, process in
      var count = 0
      var isFirst = true
      let exit = try await session.run("head -c 8000000 /dev/zero", timeout: .seconds(30)) { piece in
        if isFirst { try await Task.sleep(for: .milliseconds(300)) }
        isFirst = false
        count += piece.bytes.count
      }
      #expect(count == 8_000_000 && exit == .code(0))
      #expect(try await session.parent() == process)
    }
  }

  @Test("is replaced when a command is given up, which then runs on")
  func givenUp() async throws {
    try await Host.withSession { session, host in
      let process = try await session.process()
      let file = host.folder + "/done"
      await #expect(throws: SSHError.self) {
        _ = try await session.collect("sleep 0.7; : >'\(file)'", timeout: .milliseconds(200))
      }
      try await expectUsable(session)
      let next = try await session.process()
      #expect(next != process)
      try await eventually { access(file, F_OK) == 0 }
    }
  }

  @Test("that is killed costs the command that it ran, and no other one")
  func killed() async throws {
    try await withServer { session, process in
      let error = await #expect(throws: SSHError.self) {
        _ = try await session.collect("kill -9 $PPID; sleep 0.3")
      }
      #expect(error?.kind == .noExitStatus)
      for _ in 1...4 { try await expectUsable(session) }
    }
    try await withServer { session, process in
      let number = try #require(SSHSession.number(of: process))
      _ = try await session.collect("(sleep 0.2; kill -9 $PPID) >/dev/null 2>&1 </dev/null &")
      try await eventually { kill(number, 0) != 0 }
      for _ in 1...4 { try await expectUsable(session) }
    }
  }

  @Test("is not had where the host has no Perl, no room, or is not wanted to have one")
  func without() async throws {
    for line in ["SetEnv PATH=/nowhere", "MaxSessions 1"] {
      try await Host.withSession(lines: [line]) { session, _ in
        for number in 1...20 {
          let transcript = try await session.collect("read name </proc/$PPID/comm; echo $name; exit \(number)")
          #expect(transcript.exit == .code(Int32(number)), "\(line)")
          // Where there is room for one, it may be had or not, as the commands and it come.
          if line.hasPrefix("SetEnv") { #expect(!SSHSession.isServer(transcript.text)) }
        }
      }
    }
    try await Host.with { host in
      var target = host.target
      target.sharesChannel = false
      let session = try await SSHSession.connect(to: target)
      for _ in 1...8 { #expect(try await !SSHSession.isServer(session.parent())) }
      await session.disconnect()
    }
  }

  @Test("ends with its connection")
  func ends() async throws {
    try await Host.with { host in
      let session = try await SSHSession.connect(to: host.target)
      let process = try #require(SSHSession.number(of: try await session.process()))
      await session.disconnect()
      try await eventually { kill(process, 0) != 0 }
    }
  }
}
