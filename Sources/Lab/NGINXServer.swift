import FoundationEssentials
import Glibc
import Subprocess
import Upgrade

/// A real nginx that runs as the current user, with everything it writes inside one folder.
///
/// nginx clears its environment, so the folder stands in its command line (`-p DIR/`): that is how a process of a lab
/// that ended badly is found. The server outlives the program that started it; whoever starts it must stop it.
public struct NGINXServer: Sendable {
  /// The folder with its configuration, pid file, logs and temporary files.
  public let directory: String
  /// The text inside `http { }`.
  public let http: String
  /// The number of worker processes.
  public let workers: Int
  /// What it listens on, for example `127.0.0.1:8080`; `start` returns when all of them accept connections.
  public let listening: [String]
  /// The program.
  public let executable: String

  /// A server that is not started yet.
  ///
  /// - Parameters:
  ///   - directory: an absolute path; it is made by `start` if it is not there. nginx's configuration has no way to
  ///     quote a path in `-p`, but any characters are fine except a NUL.
  ///   - http: the text inside `http { }`; paths in it may be relative to `directory`.
  public init(
    directory: String, http: String, workers: Int = 1, listening: [String], executable: String = "/usr/sbin/nginx"
  ) {
    self.directory = directory
    self.http = http
    self.workers = workers
    self.listening = listening
    self.executable = executable
  }

  /// The program and the arguments that make any call of nginx mean this server; `-t` or `-s reload` goes behind them.
  public var commandLine: [String] {
    [executable, "-p", directory + "/", "-c", configurationFile, "-e", errorLog]
  }
  /// The path of the configuration file.
  public var configurationFile: String { directory + "/nginx.conf" }
  /// The path of the file that holds the master's process number.
  public var pidFile: String { directory + "/nginx.pid" }
  /// The path of nginx's error log.
  public var errorLog: String { directory + "/error.log" }

  /// The master's process number, or nil when none of this folder's servers runs.
  public var pid: Int32? {
    guard let text = try? String(contentsOfFile: pidFile, encoding: .utf8),
      let pid = Int32(text.split(whereSeparator: \.isNewline).first ?? ""),
      NGINXProcess(pid)?.isMaster(of: directory) == true
    else { return nil }
    return pid
  }

  /// Writes the configuration, starts nginx in the background, and waits until it listens.
  ///
  /// - Throws: `Failure` with nginx's own words as evidence when it does not start, or of kind `.timeout`.
  public func start(timeout: Duration = .seconds(30)) async throws {
    do {
      try FileManager.default.createDirectory(atPath: directory + "/temp", withIntermediateDirectories: true)
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: configurationFile))
    } catch {
      throw Failure.from(error, as: .io).inContext("write \(configurationFile)")
    }
    let result = try await run(commandLine)
    guard result.isSuccess else {
      throw Failure(.exit, "start nginx in \(directory): it refused", evidence: result.lines)
    }
    let isUp = await eventually(within: timeout) { pid != nil && listening.allSatisfy(LoopbackPort.isListening) }
    guard !isUp else { return }
    let missing = (pid == nil ? [pidFile] : []) + listening.filter { !LoopbackPort.isListening($0) }
    let log = (try? String(contentsOfFile: errorLog, encoding: .utf8)) ?? ""
    await stop()
    throw Failure(
      .timeout, "start nginx in \(directory): after \(timeout.inSeconds) not there: \(missing.joined(separator: ", "))",
      evidence: log.split(separator: "\n").suffix(20).map(String.init))
  }

  /// Makes the master read its configuration again; it does so in its own time, and keeps the old one if the new is bad.
  ///
  /// - Throws: `Failure` of kind `.refused` when it does not run.
  public func reload() throws {
    guard let pid, kill(pid, SIGHUP) == 0 else { throw Failure(.refused, "reload nginx in \(directory): not running") }
  }

  /// Ends the master and all its workers, whatever they are doing, and returns when they are gone.
  ///
  /// - Parameter grace: how long they may take before they are killed.
  public func stop(grace: Duration = .seconds(5)) async {
    for process in processes { kill(process, SIGTERM) }
    if await eventually(within: grace, { processes.isEmpty }) { return }
    for process in processes { kill(process, SIGKILL) }
    _ = await eventually(within: .seconds(5)) { processes.isEmpty }
  }

  /// The numbers of the live processes of this folder's servers: masters, and workers, also those whose master is gone.
  ///
  /// A worker's command line names no folder, so it is known by the error log that it holds open.
  public var processes: [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let log = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path + "/error.log"
    return names.compactMap(Int32.init).filter { NGINXProcess($0)?.belongs(to: directory, errorLog: log) == true }
  }

  /// The whole configuration file.
  var configuration: String {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    return """
      \(geteuid() == 0 ? "user root;\n" : "")worker_processes \(workers);
      pid nginx.pid;
      error_log error.log notice;
      daemon on;
      events { worker_connections 1024; }
      http {
      access_log off;
      \(temporary.map { "\($0)_temp_path temp/\($0);" }.joined(separator: "\n"))
      \(http)
      }

      """
  }

  private func run(_ words: [String]) async throws -> (isSuccess: Bool, lines: [String]) {
    do {
      let result = try await Subprocess.run(
        .path(.init(words[0])), arguments: Arguments(Array(words.dropFirst())), output: .discarded,
        error: .string(limit: 1 << 20))
      return (result.terminationStatus.isSuccess, result.standardError.split(separator: "\n").map(String.init))
    } catch {
      throw Failure.from(error, as: .io).inContext("run \(words[0])")
    }
  }

  private func eventually(within limit: Duration, _ condition: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition() {
      guard ContinuousClock.now < deadline else { return false }
      // Also when the task was cancelled: a server must not be left behind because of that.
      await Task.detached { try? await Task.sleep(for: .milliseconds(10)) }.value
    }
    return true
  }
}
