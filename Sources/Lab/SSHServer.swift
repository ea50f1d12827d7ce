import FoundationEssentials
import Glibc
import Subprocess
import Upgrade

/// A real OpenSSH server that runs as the current user on a loopback address, with its own folder and host keys.
///
/// It is a daemon: it goes on when this process ends, and `SSHServer.stopAll(in:)` ends it from any other process, also
/// after a crash. One folder belongs to one server; started there again, it has the same host keys.
public struct SSHServer: Sendable {
  /// What the server is to be.
  public struct Configuration: Sendable {
    /// Its folder: configuration, host keys, log; made if it is missing.
    public var folder: String
    /// The address to listen on.
    public var address: String
    /// The port to listen on; nil takes a free one.
    public var port: Int?
    /// The host keys to have; RSA ones take a while to make.
    public var hostKeys: [SSHKey.Kind]
    /// Lines of the `authorized_keys` file.
    public var authorizedKeys: [String]
    /// Variables of the server's own start-up and of every session's commands.
    ///
    /// sshd overwrites its environment with its process title, so a running sshd cannot be found by them; the
    /// commands of its sessions can. `SSHServer.processes(in:)` finds the sshd processes.
    public var environment: [String: String]
    /// More lines for `sshd_config`; they stand first, and the first of two wins.
    public var lines: [String]
    /// What starts sshd in surroundings of its own: a program and its arguments, which gets sshd and its own behind them.
    public var launcher: [String] = []

    /// A server in `folder`.
    public init(
      folder: String, address: String = "127.0.0.1", port: Int? = nil, hostKeys: [SSHKey.Kind] = [.ed25519],
      authorizedKeys: [String] = [], environment: [String: String] = [:], lines: [String] = []
    ) {
      self.folder = folder
      self.address = address
      self.port = port
      self.hostKeys = hostKeys
      self.authorizedKeys = authorizedKeys
      self.environment = environment
      self.lines = lines
    }
  }

  /// Its folder, without symbolic links in it.
  public let folder: String
  /// The address it listens on.
  public let address: String
  /// The port it listens on.
  public let port: Int
  /// The user who can log in: the one who started it.
  public let user: String
  /// Its host keys.
  public let hostKeys: [SSHKey]

  /// The file that sshd logs to.
  public var logFile: String { folder + "/sshd.log" }
  /// One line for a `known_hosts` file per host key, for the address and port.
  public var knownHostsLines: [String] { hostKeys.map { "\(knownHostsName) \($0.publicKey)" } }
  /// The server's name in a `known_hosts` file.
  public var knownHostsName: String { port == 22 ? address : "[\(address)]:\(port)" }

  /// Starts the server and returns when it answers.
  ///
  /// - Throws: `Failure` of kind `.io` or `.exit` with the log's last lines; `.timeout` when it did not answer within 10 s.
  ///   Nothing is left running then.
  public static func start(_ configuration: Configuration) async throws -> SSHServer {
    let folder = try prepareFolder(configuration.folder)
    let keys = try await makeHostKeys(configuration.hostKeys, in: folder)
    var attempts = configuration.port == nil ? 5 : 1
    while true {
      attempts -= 1
      let port = try configuration.port ?? LoopbackPort.free(at: configuration.address)
      let server = SSHServer(
        folder: folder, address: configuration.address, port: port, user: try currentUser(), hostKeys: keys)
      do {
        try await server.launch(configuration)
        return server
      } catch {
        await server.stop()
        if attempts == 0 { throw error }
      }
    }
  }

  /// Ends the server, its sessions, and what those still run; does nothing when it is not running.
  public func stop() async { await Self.stopAll(in: folder) }

  /// Ends the sessions, and what they run, but not the server: to a client the connection is lost.
  public func dropSessions() async {
    await ServerProcesses.end(isSudden: true) { Self.processes(in: folder).filter { $0 != listener } }
  }

  /// The process that listens, if it is running.
  public var listener: Int32? {
    let text = try? String(contentsOfFile: pidFile, encoding: .utf8)
    guard let pid = text?.split(separator: "\n").first.flatMap({ Int32($0) }) else { return nil }
    return Self.processes(in: folder).first { $0 == pid }
  }

  /// Ends the server of `folder`, its sessions, and what those still run.
  ///
  /// A process that detached itself from its session (a daemon) is left alone.
  public static func stopAll(in folder: String) async {
    await ServerProcesses.end { processes(in: folder) }
  }

  /// The sshd processes of `folder`: the one that listens and one or two for each session.
  ///
  /// They are known by their open log file, which they cannot lose as they lose their environment.
  public static func processes(in folder: String) -> [Int32] {
    let log = (TextFile.resolve(folder) ?? folder) + "/sshd.log"
    return ServerProcesses.all(named: "sshd").filter { ServerProcesses.hasOpen(log, in: $0) }
  }

  /// Those of them that each serve one connection: who ends them cuts it, and the server takes new ones.
  static func sessions(in folder: String) -> [Int32] {
    let listener = TextFile.read("\(folder)/sshd.pid").flatMap { Int32($0.prefix { $0 != "\n" }) }
    return processes(in: folder).filter { $0 != listener }
  }
}

// MARK: - Details

extension SSHServer {
  private var pidFile: String { folder + "/sshd.pid" }

  private func launch(_ configuration: Configuration) async throws {
    let file = folder + "/sshd_config"
    try Self.write(configuration.authorizedKeys.map { $0 + "\n" }.joined(), to: folder + "/authorized_keys")
    try Self.write(text(for: configuration), to: file)
    unlink(pidFile)
    try Self.write("", to: logFile)
    var environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    environment.merge(configuration.environment) { $1 }
    let variables = environment.map { Array("\($0)=\($1)\0".utf8) }
    do {
      let call = configuration.launcher + ["/usr/sbin/sshd", "-f", file, "-E", logFile]
      try await ExternalTool(
        path: call[0], arguments: Array(call.dropFirst()), environment: .custom(variables)
      ).run()
    } catch let failure as Failure {
      throw Failure(failure.kind, "start sshd: \(failure.message)", evidence: failure.evidence + logTail)
    }
    try await waitUntilItAnswers()
  }

  private func waitUntilItAnswers() async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while access(pidFile, F_OK) != 0 {
      if ContinuousClock.now > deadline { throw Failure(.timeout, "start sshd: no answer in 10 s", evidence: logTail) }
      let log = logTail
      if log.contains(where: { $0.contains("Cannot bind") || $0.contains("fatal:") }) {
        throw Failure(.io, "start sshd: it ended at once", evidence: log)
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private var logTail: [String] {
    let text = (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isNewline).suffix(10).map(String.init)
  }

  private func text(for configuration: Configuration) -> String {
    let variables = configuration.environment.sorted { $0.key < $1.key }.map { "\($0)=\(quote($1))" }
    let lines =
      configuration.lines + [
        "ListenAddress \(address)", "Port \(port)", "PidFile \(quote(pidFile))",
        "AuthorizedKeysFile \(quote(folder.replacing("%", with: "%%") + "/authorized_keys"))",
        "UsePAM no", "StrictModes no", "PermitRootLogin yes", "PasswordAuthentication no",
        "KbdInteractiveAuthentication no", "MaxStartups 1000", "UseDNS no", "PrintMotd no",
      ] + hostKeys.map { "HostKey \(quote($0.path))" }
      + (variables.isEmpty ? [] : ["SetEnv " + variables.joined(separator: " ")])
    return lines.map { $0 + "\n" }.joined()
  }

  /// Quotes as sshd_config has them: blanks and `#` are data between double quotes, `\` takes the next one as it is.
  private func quote(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private static func prepareFolder(_ path: String) throws -> String {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure(.io, "make the folder \(path): \(error)")
    }
    if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
    guard let real = TextFile.resolve(path) else { throw Failure(.io, "find the folder \(path): errno \(errno)") }
    return real
  }

  private static func makeHostKeys(_ kinds: [SSHKey.Kind], in folder: String) async throws -> [SSHKey] {
    var keys: [SSHKey] = []
    for kind in kinds {
      let path = "\(folder)/host_\(kind.rawValue)"
      let isThere = access(path, F_OK) == 0
      keys.append(try isThere ? SSHKey(at: path) : await SSHKey.generate(kind, at: path))
    }
    return keys
  }

  private static func write(_ text: String, to path: String) throws {
    do { try text.write(toFile: path, atomically: false, encoding: .utf8) } catch {
      throw Failure(.io, "write \(path): \(error)")
    }
  }

  private static func currentUser() throws -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16384)
    guard getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil else {
      throw Failure(.io, "find the current user: uid \(geteuid()) has no entry in the password database")
    }
    return String(cString: entry.pw_name)
  }
}
