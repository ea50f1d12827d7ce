/// How a command ended and the last lines that it printed.
public struct CommandResult: Sendable {
  /// How it ended.
  public let exit: CommandExit
  /// The last lines of both streams, oldest first.
  public let lastLines: [String]
  /// What the first recognised message means.
  public let meaning: String?

  /// The failure that it is, unless it exited with 0.
  public var failure: Failure? {
    switch exit {
    case .code(0): nil
    case .code(let code):
      Failure(.exit, "exit code \(code)", exitCode: code, evidence: lastLines, remedy: meaning)
    case .signal(let name):
      Failure(.signal, "ended by signal \(name)", exitCode: 128 + signalNumber(name), evidence: lastLines)
    }
  }

  /// - Throws: `failure`, if it is one.
  public func check() throws(Failure) {
    if let failure { throw failure }
  }

  private func signalNumber(_ name: String) -> Int32 {
    [
      "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "ABRT": 6, "FPE": 8, "KILL": 9, "SEGV": 11, "PIPE": 13, "ALRM": 14,
      "TERM": 15,
    ][name] ?? 0
  }
}
