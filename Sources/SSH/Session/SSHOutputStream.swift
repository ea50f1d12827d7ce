/// One of a command's streams, as pieces of bytes. A slow reader slows the command.
public struct SSHOutputStream: AsyncSequence, Sendable {
  /// Some bytes; a character or a line may be cut.
  public typealias Element = [UInt8]

  /// Gives the next bytes; nil at the end.
  let read: @Sendable () async throws -> [UInt8]?

  /// Reads the stream; there may be only one reader.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let read: @Sendable () async throws -> [UInt8]?

    /// The next bytes; nil at the end.
    ///
    /// - Throws: as `SSHCommand.exit()`.
    public mutating func next() async throws -> [UInt8]? { try await read() }
  }

  /// A reader.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(read: read) }
}
