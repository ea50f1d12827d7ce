import Foundation
import Subprocess
import Testing

/// The built `zdupgrade`, run as a process of its own.
struct Program {
  struct Result {
    let code: Int32
    let output: String
    let errors: String

    /// The lines of standard output that are no comments.
    var commands: [String] {
      output.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") && !$0.isEmpty }
    }
  }

  /// The folder of the built programs.
  static let folder: String = {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (path as NSString).deletingLastPathComponent
  }()

  /// The path of `scripts/NAME` in the sources.
  static func script(_ name: String, file: String = #filePath) -> String {
    let root = file.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    return "\(root)/scripts/\(name)"
  }

  /// Runs `zdupgrade` with `arguments`; it has no terminal and, of the environment, only what is given.
  static func zdupgrade(
    _ arguments: [String], environment: [String: String] = [:], directory: String? = nil
  ) async throws -> Result {
    try await run("\(folder)/zdupgrade", arguments, environment: environment, directory: directory)
  }

  /// Runs any program.
  static func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], directory: String? = nil
  ) async throws -> Result {
    let inherited = ["PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH"]
    let kept = ProcessInfo.processInfo.environment.filter { inherited.contains($0.key) }
    let variables = kept.merging(environment) { $1 }
    var options = PlatformOptions()
    options.createSession = true  // no terminal to ask on
    let result = try await Subprocess.run(
      .path(.init(path)), arguments: Arguments(arguments),
      environment: .custom(
        Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(rawValue: $0.key)!, $0.value) })),
      workingDirectory: directory.map { .init($0) }, platformOptions: options, input: .none,
      output: .string(limit: 16 << 20), error: .string(limit: 16 << 20))
    let code: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
    return Result(code: code, output: result.standardOutput, errors: result.standardError)
  }
}

/// A new folder for a test, removed behind it.
func withTemporaryFolder<T>(_ body: (String) async throws -> T) async throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zdu-test-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}
