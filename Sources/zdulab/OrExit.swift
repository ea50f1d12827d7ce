import ArgumentParser
import Glibc
import Upgrade

/// Runs `work`; a failure is printed on standard error, with its evidence, and ends the program with its exit code.
func orExit<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
  do {
    return try await work()
  } catch let failure as Failure {
    let lines = ["zdulab: \(failure)"] + failure.evidence.map { "  \($0)" }
    printAtOnce(lines.joined(separator: "\n"), to: STDERR_FILENO)
    throw ExitCode(failure.exitCode)
  }
}

/// Prints without a buffer, so that the order with the output of child processes is kept.
func printAtOnce(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
  let bytes = Array("\(text)\n".utf8)
  _ = write(descriptor, bytes, bytes.count)
}
