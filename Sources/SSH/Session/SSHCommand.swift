/// A command that runs on a host, with its streams.
///
/// Both streams have to be read to their end, each by one task, before `exit()` can return. They share one window: where
/// one is not read, the command is stopped when 2 MiB of it wait, and then nothing comes on the other either.
/// A command that nobody refers to any more is given up: its channel is closed.
public final class SSHCommand: Sendable {
  private let id: UInt64
  private let output: OutputBuffer
  private let session: SSHSession

  init(id: UInt64, output: OutputBuffer, session: SSHSession) {
    self.id = id
    self.output = output
    self.session = session
  }

  deinit { session.abandon(id, CancellationError()) }

  /// What the command prints on standard output; to be read once.
  public var standardOutput: SSHOutputStream { SSHOutputStream(command: self, stream: .standardOutput) }

  /// What the command prints on standard error; to be read once.
  public var standardError: SSHOutputStream { SSHOutputStream(command: self, stream: .standardError) }

  /// Sends `bytes` to the command's standard input; returns when at most 256 KiB wait to be sent.
  ///
  /// - Throws: `SSHError` of kind `.channel` when the command has ended, and as `exit()`.
  public func write(_ bytes: [UInt8]) async throws { try await session.write(bytes, to: id) }

  /// Ends the command's standard input.
  public func closeInput() async { await session.closeInput(of: id) }

  /// Waits for the end and says how the command ended; to be called once, when both streams were read or are being read.
  ///
  /// - Throws: `SSHError` of kind `.timeout`, `.disconnected`, `.channel` or `.noExitStatus`; `CancellationError` when
  ///   the task was cancelled, which gives the command up.
  public func exit() async throws -> SSHExit { try await givingUpWhenCancelled { try await output.exit() } }

  /// Gives the command up: closes its channel. What it left running on the host goes on.
  public func cancel() { session.abandon(id, CancellationError()) }

  /// The next piece of a stream; nil at its end.
  func next(_ stream: SSHOutput.Stream) async throws -> [UInt8]? {
    try await givingUpWhenCancelled { try await output.next(stream)?.bytes }
  }

  private func givingUpWhenCancelled<Result>(_ wait: () async throws -> Result) async throws -> Result {
    try await withTaskCancellationHandler(operation: wait) { cancel() }
  }
}
