/// What a command printed that is asked for its answer, and how it ended.
public struct CommandAnswer: Sendable {
  /// How it ended.
  public let exit: CommandExit
  /// Its standard output, up to the limit.
  public let output: [UInt8]
  /// The last lines of its standard error.
  public let complaints: [String]
}

extension CommandHandler {
  /// Runs `command` on `node` and gathers what it prints. No line of it is in a node's log.
  ///
  /// - Parameters:
  ///   - limit: how many bytes of each stream are kept.
  ///   - onFirstOutput: is called when the first piece of output is there.
  /// - Throws: as `run`.
  public func answer(
    to command: ShellCommand, on node: String, timeout: Duration, limit: Int,
    onFirstOutput: @escaping @Sendable () -> Void = {}
  ) async throws -> CommandAnswer {
    let gathered = GatheredOutput()
    let exit = try await run(command, on: node, timeout: timeout) { piece in
      if await gathered.add(piece, limit: limit) { onFirstOutput() }
    }
    return CommandAnswer(exit: exit, output: await gathered.output, complaints: await gathered.complaints)
  }
}

/// What a node prints.
private actor GatheredOutput {
  private(set) var output: [UInt8] = []
  private var errors: [UInt8] = []

  var complaints: [String] {
    String(decoding: errors, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(10).map(String.init)
  }

  /// Keeps `piece`; true for the first one.
  func add(_ piece: CommandOutput, limit: Int) -> Bool {
    let isFirst = output.isEmpty && errors.isEmpty
    switch piece.stream {
    case .standardOutput: output += piece.bytes.prefix(max(0, limit - output.count))
    case .standardError: errors += piece.bytes.prefix(max(0, limit - errors.count))
    }
    return isFirst
  }
}
