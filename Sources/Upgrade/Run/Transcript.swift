/// What a command prints, while it does.
actor Transcript {
  private static let keptLines = 40
  private let node: String
  private let diagnosis: any Diagnosis
  private let journal: any Journal
  private var readers: [CommandOutput.Stream: LineReader]
  private var lastLines: [String] = []
  private var meaning: String?
  /// What comes first and was told before.
  private var heard: Heard

  init(
    node: String, secrets: [SecretName: Secret], diagnosis: any Diagnosis, journal: any Journal, heard: Heard = Heard()
  ) {
    self.heard = heard
    self.node = node
    self.diagnosis = diagnosis
    self.journal = journal
    let reader = LineReader(hiding: secrets.values)
    readers = [.standardOutput: reader, .standardError: reader]
  }

  func add(_ output: CommandOutput) async {
    for line in readers[output.stream]?.lines(adding: output.bytes) ?? [] { await add(line, output.stream) }
  }

  func finish(_ exit: CommandExit) async -> CommandResult {
    for stream in [CommandOutput.Stream.standardOutput, .standardError] {
      if let line = readers[stream]?.last() { await add(line, stream) }
    }
    return CommandResult(exit: exit, lastLines: lastLines, meaning: meaning)
  }

  private func add(_ line: String, _ stream: CommandOutput.Stream) async {
    lastLines.append(line)
    if lastLines.count > Self.keptLines { lastLines.removeFirst() }
    if isNew(\.lines) { await journal.record(.output(node: node, stream: stream, line: line)) }
    let reading = diagnosis.reading(of: line)
    if reading.isWarning, isNew(\.warnings) { await journal.record(.warning(node: node, text: line)) }
    if let meaning = reading.meaning {
      self.meaning = self.meaning ?? meaning
      if isNew(\.findings) { await journal.record(.finding(node: node, Finding(line: line, meaning: meaning))) }
    }
  }

  private func isNew(_ count: WritableKeyPath<Heard, Int>) -> Bool {
    guard heard[keyPath: count] > 0 else { return true }
    heard[keyPath: count] -= 1
    return false
  }
}
