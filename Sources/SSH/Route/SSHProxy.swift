import Synchronization

/// Makes a connection in place of TCP, such as the operator's `ProxyCommand` does.
public final class SSHProxy: Sendable {
  private let make: @Sendable (SSHProxy) async throws -> Int32
  private let said = Mutex<[String]>([])

  /// A proxy that `make` opens: it gives a connected, non-blocking socket, to be closed by whoever gets it, and notes what
  /// tells of trouble by `note`.
  public init(_ make: @escaping @Sendable (SSHProxy) async throws -> Int32) { self.make = make }

  /// Notes what the proxy said, for the message when the connection fails.
  public func note(_ lines: [String]) { said.withLock { $0 = lines } }

  /// What it said.
  var lastWords: [String] { said.withLock { $0 } }

  /// A new connection.
  func open() async throws -> Int32 {
    said.withLock { $0 = [] }
    return try await make(self)
  }
}
