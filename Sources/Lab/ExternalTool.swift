import Subprocess
import Upgrade

/// Runs a program of the system to its end and gives what it printed; used to set the lab's servers up.
struct ExternalTool {
  let path: String
  let arguments: [String]
  var environment: Environment = .inherit

  /// Runs it.
  ///
  /// - Returns: its standard output.
  /// - Throws: `Failure` of kind `.exit` with what it printed on standard error, `.io` when it cannot be started.
  @discardableResult
  func run() async throws -> String {
    let limit = 1 << 20
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .path(.init(path)), arguments: Arguments(arguments), environment: environment,
        output: .string(limit: limit), error: .string(limit: limit))
    } catch let error as SubprocessError {
      throw Failure(.io, "run \(path): cannot be started or read", evidence: [String(describing: error)])
    }
    guard result.terminationStatus.isSuccess else {
      throw Failure(
        .exit, "run \(path): \(result.terminationStatus)",
        evidence: result.standardError.split(separator: "\n").map(String.init))
    }
    return result.standardOutput
  }
}
