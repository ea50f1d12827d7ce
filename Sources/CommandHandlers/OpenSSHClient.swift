import FoundationEssentials
import Glibc
import SSH
import Subprocess
public import Upgrade

/// Asks the operator's own `ssh` what it would do for a host (`ssh -G`), so that whatever it reaches is reached here too.
public struct OpenSSHClient: Sendable {
  private let program: String
  private let configFile: String?
  private let withheld: [String]

  /// The client that the environment's `PATH` leads to; nil where none is installed.
  ///
  /// - Parameters:
  ///   - configFile: is read in place of the user's and the system's; `none` for none at all.
  ///   - withheld: environment variables that it, and what its configuration runs, must not see.
  public init?(configFile: String?, withholding withheld: [String]) {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let candidates: [String] = path.split(separator: ":").map { folder in "\(folder)/ssh" }
    let found = candidates.first { access($0, X_OK) == 0 }
    guard let found else { return nil }
    program = found
    self.configFile = configFile
    self.withheld = withheld
  }

  /// What it would do for `host`, logging in as `user` on `port` where these are given.
  ///
  /// - Throws: `Failure` of kind `.refused` with its own words when its settings are wrong.
  public func settings(for host: String, user: String? = nil, port: Int? = nil) async throws(Failure) -> ClientSettings
  {
    let arguments =
      ["-G"] + (configFile.map { ["-F", $0] } ?? []) + (user.map { ["-l", $0] } ?? [])
      + (port.map { ["-p", String($0)] } ?? []) + ["--", host]
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .path(.init(program)), arguments: Arguments(arguments), environment: .inherited(withholding: withheld),
        input: .none, output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 16))
    } catch {
      throw Failure(.io, "ask \(program) about \(host): it cannot be run", evidence: ["\(error)"])
    }
    guard result.terminationStatus.isSuccess else {
      let words = result.standardError.split(whereSeparator: \.isNewline).map(String.init)
      throw Failure(
        .refused, "ask \(program) about \(host): \(words.last.map(PlainText.oneLine) ?? "it failed")", evidence: words,
        remedy: "correct the SSH configuration, or give another with --ssh_config")
    }
    return ClientSettings(result.standardOutput)
  }
}
