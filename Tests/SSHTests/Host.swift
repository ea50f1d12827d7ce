import FoundationEssentials
import Lab
import SSH
import Testing

/// A real sshd with a key to log in with, for one test.
struct Host {
  let folder: String
  let server: SSHServer
  let key: SSHKey

  /// Where and how to log in.
  var target: SSHTarget {
    SSHTarget(
      host: server.address, port: server.port, user: server.user, identityFile: key.path,
      knownHostsFiles: [folder + "/known_hosts"])
  }

  /// Starts a server and ends it after `body`, also on failure.
  static func with<Result>(
    at address: String = "127.0.0.1", key kind: SSHKey.Kind = .ed25519, hostKeys: [SSHKey.Kind] = [.ed25519],
    lines: [String] = [], authorize: [String] = [], _ body: (Host) async throws -> Result
  ) async throws -> Result {
    try await withScratchFolder { folder in
      let key = try await SSHKey.generate(kind, at: folder + "/user key")
      let server = try await SSHServer.start(
        .init(
          folder: folder + "/server", address: address,
          port: address.contains(":") ? try LoopbackPort.free(at: "127.0.0.1") : nil, hostKeys: hostKeys,
          authorizedKeys: [key.publicKey] + authorize,
          // bash reads ~/.bashrc for commands of sshd, which may take long, unless it sees itself within another shell.
          environment: ["SHLVL": "2"], lines: lines + ["MaxSessions 100"]))
      return try await cleaningUp {
        let host = Host(folder: folder, server: server, key: key)
        try host.write(server.knownHostsLines.joined(separator: "\n") + "\n", to: "known_hosts")
        return try await body(host)
      } finally: {
        await server.stop()
      }
    }
  }

  /// Logs in, runs `body`, and disconnects.
  static func withSession<Result>(
    lines: [String] = [], _ body: (SSHSession, Host) async throws -> Result
  ) async throws -> Result {
    try await with(lines: lines) { host in
      let session = try await SSHSession.connect(to: host.target)
      return try await cleaningUp {
        try await body(session, host)
      } finally: {
        await session.disconnect()
      }
    }
  }

  /// Writes a file in the test's folder and gives its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    let path = folder + "/" + name
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  /// How many logins the server has let in so far.
  func acceptedLogins() throws -> Int {
    let log = try String(contentsOfFile: server.logFile, encoding: .utf8)
    return log.split(whereSeparator: \.isNewline).filter { $0.contains("Accepted publickey") }.count
  }
}

/// What a command printed, and how it ended.
struct Transcript: Equatable {
  var output: [UInt8] = []
  var error: [UInt8] = []
  var exit: SSHExit

  var text: String { String(decoding: output, as: UTF8.self) }
  var errorText: String { String(decoding: error, as: UTF8.self) }
}

extension SSHSession {
  /// Runs a command and collects what it prints.
  nonisolated func collect(
    _ command: String, standardInput: [UInt8] = [], timeout: Duration? = .seconds(30)
  ) async throws -> Transcript {
    var transcript = Transcript(exit: .code(-1))
    transcript.exit = try await run(command, standardInput: standardInput, timeout: timeout) { piece in
      if piece.stream == .standardOutput { transcript.output += piece.bytes } else { transcript.error += piece.bytes }
    }
    return transcript
  }
}

/// Another command runs on `session` as it should.
func expectUsable(_ session: SSHSession, sourceLocation: SourceLocation = #_sourceLocation) async throws {
  let transcript = try await session.collect("echo usable")
  #expect(transcript.text == "usable\n", sourceLocation: sourceLocation)
  #expect(transcript.exit == .code(0), sourceLocation: sourceLocation)
}

// Who runs its commands.
extension SSHSession {
  /// Says who runs it: its parent's name and number.
  static let whoRunsIt = "echo $(cat /proc/$PPID/comm) $PPID"

  /// Whether `parent` is the process that runs one command after another.
  static func isServer(_ parent: String) -> Bool { parent.hasPrefix("zdupgrade-comma") }

  /// The process number of `parent`.
  static func number(of parent: String) -> Int32? {
    parent.split(whereSeparator: \.isWhitespace).last.flatMap { Int32($0) }
  }

  /// Who runs the next command.
  nonisolated func parent() async throws -> String { try await collect(Self.whoRunsIt).text }

  /// Runs commands until the process runs them, which gets ready beside the first ones, and says which it is.
  nonisolated func process() async throws -> String {
    var process = ""
    try await eventually {
      process = try await parent()
      return Self.isServer(process)
    }
    return process
  }
}
