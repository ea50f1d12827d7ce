/// One of a command's streams, as pieces of bytes. A slow reader slows the command.
public struct SSHOutputStream: AsyncSequence, Sendable {
  /// Some bytes; a character or a line may be cut.
  public typealias Element = [UInt8]

  let command: SSHCommand
  let stream: SSHOutput.Stream

  /// Reads the stream; there may be only one reader.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let command: SSHCommand
    let stream: SSHOutput.Stream

    /// The next bytes; nil at the end.
    ///
    /// - Throws: as `SSHCommand.exit()`.
    public mutating func next() async throws -> [UInt8]? { try await command.next(stream) }
  }

  /// A reader.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(command: command, stream: stream) }
}
