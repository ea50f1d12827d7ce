import Glibc
import Upgrade

/// Podman or Docker, as it is called on this machine.
struct ContainerEngine: Sendable, Hashable, Codable {
  /// The program's path.
  let program: String
  /// What stands before each of its commands.
  var options: [String] = []
  /// What each container is started with, so that it starts at all.
  var limits: [String] = []

  /// Whether it is Podman, whose options are not all Docker's.
  var isPodman: Bool { program.hasSuffix("podman") }

  /// Runs a command of it to its end.
  ///
  /// - Returns: what it printed.
  /// - Throws: `Failure` of kind `.exit` with its own words, `.io` when it does not start.
  @discardableResult
  func call(_ arguments: [String]) async throws -> String {
    try await ExternalTool(path: program, arguments: options + arguments).run()
  }

  /// The last lines that a container has printed.
  func lastLines(of container: String) async -> [String] {
    // What a container says as an error, the engine says so too.
    let words = ["-c", "exec \"$0\" \"$@\" 2>&1", program] + options + ["logs", "--tail", "5", container]
    let text = (try? await ExternalTool(path: "/bin/sh", arguments: words).run()) ?? "no container"
    return text.split(separator: "\n").map(String.init)
  }

  /// Whether a container was started and runs no more.
  func hasEnded(_ container: String) async -> Bool {
    let state = try? await call(["inspect", "--format", "{{.State.Status}}", container])
    return state?.hasPrefix("exited") == true
  }

  /// Runs a command of it to its end, also when the task is cancelled: half a container is hard to find again.
  func complete(_ arguments: [String]) async throws { try await Task.detached { _ = try await call(arguments) }.value }

  /// Runs a command of it as well as it goes: also when the task is cancelled, and whatever comes of it.
  func attempt(_ arguments: [String]) async {
    await Task.detached { _ = try? await call(arguments) }.value
  }

  /// The ways in which the engine at `program` may work, the plainest first. Some machines - those that are containers
  /// themselves, for example - let nobody raise a limit, and take no runtime but runc.
  ///
  /// - Parameter openFiles: how many files a process here may have open at most.
  static func ways(of program: String, openFiles: UInt) -> [ContainerEngine] {
    let files = min(openFiles, 8192)
    let low = ["--ulimit", "nofile=\(files):\(files)", "--ulimit", "nproc=1000:1000"]
    let plain = [ContainerEngine(program: program), ContainerEngine(program: program, limits: low)]
    guard plain[0].isPodman else { return plain }
    return plain + [ContainerEngine(program: program, options: ["--runtime", "runc"], limits: low)]
  }

  /// The first of them in which a container of `image` runs.
  ///
  /// - Throws: `Failure` of kind `.refused` with what each of them said.
  static func find(_ program: String, image: String) async throws -> ContainerEngine {
    guard let path = ProgramPath.find(program) else {
      throw Failure(
        .refused, "containers: there is no program '\(program)'", remedy: "run `scripts/install-deps --containers`")
    }
    var words: [String] = []
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    for way in ways(of: path, openFiles: UInt(limit.rlim_max)) {
      do {
        try await way.call(["run", "--rm", "--network", "none"] + way.limits + [image, "/bin/true"])
        return way
      } catch let failure as Failure {
        try Task.checkCancellation()
        words += ["\((way.options + way.limits).joined(separator: " ")):"] + failure.evidence.suffix(2)
      }
    }
    throw Failure(
      .refused, "containers: \(path) cannot run one of \(image) here", evidence: words,
      remedy: "be root where Podman is, or have a Docker that answers")
  }
}
