/// A piece of what a command printed.
public struct SSHOutput: Sendable, Hashable {
  /// Where a command prints to.
  public enum Stream: Int32, Sendable, Hashable, CaseIterable {
    case standardOutput = 0
    case standardError = 1
  }

  /// Where it was printed.
  public let stream: Stream
  /// The bytes, as they came; a character or a line may be cut.
  public let bytes: [UInt8]

  /// A piece of output.
  public init(_ stream: Stream, _ bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

/// How a command ended.
public enum SSHExit: Sendable, Hashable {
  /// It exited with this code, 0 to 255.
  case code(Int32)
  /// It was ended by this signal, named as the server did: without `SIG`, for example `TERM`.
  case signal(String)
}
