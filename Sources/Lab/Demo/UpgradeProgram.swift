import Glibc
import Subprocess
import Upgrade

/// The `zdupgrade` program, run to its end.
struct UpgradeProgram: Sendable {
  let path: String
  /// The file for what it prints; nil for where our own output goes.
  var output: String?
  /// Whether what it prints on standard error goes where our own does, all the same.
  var isTelling = false
  /// Variables that it gets on top of our own environment, or in the place of those in it.
  var variables: [String: String] = [:]

  /// Runs it; when the task is cancelled, it is told to stop and gets 10 s to end by itself.
  ///
  /// - Returns: its exit code, 128 + signal where one ended it.
  /// - Throws: `Failure` of kind `.io` when it does not start; `CancellationError`.
  func run(_ arguments: [String]) async throws -> Int32 {
    guard let output else { return try await run(arguments, STDOUT_FILENO, STDERR_FILENO) }
    let file = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Failure(.io, "write \(output): \(String(cString: strerror(errno)))") }
    defer { close(file) }
    return try await run(arguments, file, isTelling ? STDERR_FILENO : file)
  }

  private var environment: Environment {
    .inherit.updating(
      Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) }))
  }

  private func run(_ arguments: [String], _ output: Int32, _ errors: Int32) async throws -> Int32 {
    var platform = PlatformOptions()
    platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))]
    do {
      let result = try await Subprocess.run(
        .path(.init(path)), arguments: Arguments(arguments), environment: environment, platformOptions: platform,
        input: .none,
        output: .fileDescriptor(.init(rawValue: output), closeAfterSpawningProcess: false),
        error: .fileDescriptor(.init(rawValue: errors), closeAfterSpawningProcess: false))
      try Task.checkCancellation()
      switch result.terminationStatus {
      case .exited(let code): return code
      case .signaled(let number): return 128 + number
      }
    } catch let error as SubprocessError {
      throw Failure(.io, "run \(path): cannot be started", evidence: ["\(error)"])
    }
  }
}
