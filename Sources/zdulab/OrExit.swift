import ArgumentParser
import Glibc
import Upgrade

/// Runs `work`; a failure is printed on standard error, with its evidence, and ends the program with its exit code.
func orExit<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
  do {
    return try await work()
  } catch let failure as Failure {
    let lines = ["zdulab: \(failure)"] + failure.evidence.map { "  \($0)" }
    let text = Array(lines.map { "\($0)\n" }.joined().utf8)
    _ = write(STDERR_FILENO, text, text.count)
    throw ExitCode(failure.exitCode)
  }
}
