import FoundationEssentials
import Subprocess

/// Programs run as processes of their own.
enum BuiltProgram {
  struct Result {
    let code: Int32
    let output: String
    let errors: String
  }

  /// The built `zdulab`, beside the tests.
  static let zdulab: String = {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return test.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/zdulab"
  }()

  /// Runs `path` to its end; its standard input is empty.
  static func run(_ path: String, _ arguments: [String], variables: [String: String] = [:]) async throws -> Result {
    var environment = Environment.inherit
    for (name, value) in variables {
      environment = environment.updating([Environment.Key(stringLiteral: name): value])
    }
    let result = try await Subprocess.run(
      .path(.init(path)), arguments: Arguments(arguments), environment: environment, input: .none,
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let code: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let number): 128 + number
      }
    return Result(code: code, output: result.standardOutput, errors: result.standardError)
  }
}
