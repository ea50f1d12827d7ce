import FoundationEssentials
import Glibc
import Subprocess
import Upgrade

/// A real HAProxy that runs as the current user, with everything it writes inside one folder.
///
/// It runs with a master and a worker, so that a reload lets the old worker finish what it has. The folder stands in the
/// command line of each process (`-C DIR -f DIR/haproxy.cfg`): that is how one of a lab that ended badly is found. The
/// server outlives the program that started it; whoever starts it must stop it.
public struct HAProxyServer: Sendable {
  /// The folder with its configuration, pid file and runtime socket.
  public let directory: String
  /// The `frontend`, `backend` and `listen` sections.
  public let proxies: String
  /// What it listens on, for example `127.0.0.1:8080`; `start` returns when all of them accept connections.
  public let listening: [String]
  /// Where the runtime API listens on TCP too, for example `127.0.0.1:9999`.
  public let runtimeEndpoint: String?
  /// The environment of its processes; nil for that of this process.
  public let environment: [String: String]?
  /// The program.
  public let executable: String

  /// A server that is not started yet.
  ///
  /// - Parameters:
  ///   - directory: an absolute path; it is made by `start` if it is not there.
  ///   - proxies: what follows `global` and `defaults` (HTTP mode, time-outs of an ordinary installation, nothing tried
  ///     twice but connecting); paths in it may be relative to `directory`.
  public init(
    directory: String, proxies: String, listening: [String], runtimeEndpoint: String? = nil,
    environment: [String: String]? = nil, executable: String = "/usr/sbin/haproxy"
  ) {
    self.directory = directory
    self.proxies = proxies
    self.listening = listening
    self.runtimeEndpoint = runtimeEndpoint
    self.environment = environment
    self.executable = executable
  }

  /// The path of the configuration file.
  public var configurationFile: String { directory + "/haproxy.cfg" }
  /// The path of the file that holds the master's process number.
  public var pidFile: String { directory + "/haproxy.pid" }
  /// The path of the runtime API's socket, level `admin`.
  public var socket: String { directory + "/admin.sock" }

  /// The master's process number, or nil when it does not run.
  public var pid: Int32? {
    guard let pid = TextFile.read(pidFile)?.split(whereSeparator: \.isNewline).first.flatMap({ Int32($0) }),
      isOwn(pid)
    else { return nil }
    return pid
  }

  /// The workers that live: one, and after a reload also those that still finish what they have.
  public var workers: [Int32] {
    let master = pid
    return processes.filter { $0 != master }
  }

  /// The numbers of all live processes of this folder's servers.
  public var processes: [Int32] { ServerProcesses.all(named: "haproxy").filter(isOwn) }

  /// Writes the configuration, starts HAProxy in the background, and waits until it listens and its runtime API answers.
  ///
  /// - Throws: `Failure` with HAProxy's own words as evidence when it does not start, of kind `.timeout`, or of kind
  ///   `.refused` when `directory` is too long for a socket. Nothing is left running then.
  public func start(timeout: Duration = .seconds(30)) async throws {
    try UnixSocket.check(socket)
    try TextFile.makeFolder(directory)
    try write()
    do {
      try await run([]).run()
    } catch let failure as Failure {
      throw Failure(failure.kind, "start haproxy in \(directory): it refused", evidence: failure.evidence)
    }
    guard let missing = await Waiting.missing(within: timeout, what: { await missing() }) else { return }
    await stop()
    let what = missing.joined(separator: ", ")
    throw Failure(.timeout, "start haproxy in \(directory): after \(timeout.inSeconds) not there: \(what)")
  }

  /// Writes the configuration file; a reload reads it again.
  ///
  /// - Parameter proxies: what takes the place of the sections given at first; nil for those.
  public func write(proxies: String? = nil) throws {
    try TextFile.write(configuration(proxies ?? self.proxies), to: configurationFile)
  }

  /// HAProxy's own check of the configuration file.
  ///
  /// - Throws: `Failure` of kind `.exit` with its words as evidence.
  public func check() async throws { try await run(["-c"]).run() }

  /// Makes the master start a new worker; it does so in its own time, and keeps the old one if the configuration is bad.
  /// Right after `start` the master may not hear it yet: look for the new worker, and say it again.
  ///
  /// - Throws: `Failure` of kind `.refused` when it does not run.
  public func reload() throws {
    guard let pid, kill(pid, SIGUSR2) == 0 else {
      throw Failure(.refused, "reload haproxy in \(directory): not running")
    }
  }

  /// Sends one command to the runtime API.
  ///
  /// - Returns: what it answers; also a refusal, which HAProxy gives in words only.
  /// - Throws: `Failure` of kind `.io` when there is no answer within 5 s.
  public func runtime(_ command: String) async throws -> String {
    try await UnixSocket.ask(socket, command + "\n", timeout: .seconds(5))
  }

  /// Ends the master and all workers, whatever they are doing, and returns when they are gone; waits 10 s at most.
  public func stop() async { await ServerProcesses.end { processes } }

  private func missing() async -> [String] {
    let ends = (listening + [runtimeEndpoint].compactMap { $0 }).filter { !LoopbackPort.isListening($0) }
    let isAnswering = (try? await runtime("show info"))?.hasPrefix("Name: HAProxy") == true
    return (pid == nil ? [pidFile] : []) + ends + (isAnswering ? [] : [socket])
  }

  /// One that is about to end has no command line any more, but still its sockets; its folder stays its own to the end.
  private func isOwn(_ process: Int32) -> Bool {
    guard let line = TextFile.bytes("/proc/\(process)/cmdline"), !line.isEmpty else {
      return ServerProcesses.isRunning(process) && ServerProcesses.isAt(directory, process)
    }
    return line.split(separator: 0).contains { $0.elementsEqual(configurationFile.utf8) }
  }

  private func run(_ more: [String]) -> ExternalTool {
    let arguments = ["-W", "-D", "-C", directory, "-f", configurationFile, "-p", pidFile]
    let variables = environment.map { $0.map { Array("\($0)=\($1)\0".utf8) } }
    return ExternalTool(
      path: executable, arguments: more + arguments, environment: variables.map { .custom($0) } ?? .inherit)
  }

  /// The socket's path is relative, so that any folder's name will do.
  private func configuration(_ proxies: String) -> String {
    """
    global
      stats socket unix@admin.sock mode 600 level admin expose-fd listeners
      \(runtimeEndpoint.map { "stats socket ipv4@\($0) level admin" } ?? "")
      maxconn 2000
      nbthread 2
    defaults
      mode http
      timeout connect 5s
      timeout client 60s
      timeout server 60s
      timeout queue 10s
      timeout http-request 10s
      timeout http-keep-alive 60s
      timeout tunnel 1h
    \(proxies)

    """
  }
}
