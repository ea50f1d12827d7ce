import Glibc
import NIOCore
import NIOPosix
import Upgrade

/// Asks servers on unix and TCP sockets, each question on a connection of its own.
public struct StreamSocketClient: SocketExchange {
  private typealias Stream = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  /// A client; there is nothing to end.
  public init() {}

  /// Connects, sends and reads to the end; see `SocketExchange`.
  public func exchange(
    _ bytes: [UInt8], with endpoint: SocketEndpoint, limit: Int, timeout: Duration
  ) async throws -> [UInt8] {
    try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
      group.addTask { try await Self.exchange(bytes, endpoint, limit) }
      group.addTask {
        try await Task.sleep(for: timeout)
        return nil
      }
      defer { group.cancelAll() }
      guard case .some(.some(let answer)) = try await group.next() else { throw SocketTrouble.timedOut }
      return answer
    }
  }

  private static func exchange(_ bytes: [UInt8], _ endpoint: SocketEndpoint, _ limit: Int) async throws -> [UInt8] {
    do {
      return try await connect(to: endpoint).executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(bytes: bytes))
        var answer: [UInt8] = []
        for try await piece in inbound {
          answer += piece.readableBytesView
          if answer.count > limit { throw SocketTrouble.tooLong }
        }
        return answer
      }
    } catch let trouble as SocketTrouble {
      throw trouble
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw trouble(error)
    }
  }

  private static func connect(to endpoint: SocketEndpoint) async throws -> Stream {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    let wrap: @Sendable (any Channel) -> EventLoopFuture<Stream> = { channel in
      channel.eventLoop.makeCompletedFuture { try Stream(wrappingChannelSynchronously: channel) }
    }
    return switch endpoint {
    case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
    case .tcp(let host, let port): try await bootstrap.connect(host: host, port: port, channelInitializer: wrap)
    }
  }

  private static func trouble(_ error: any Error) -> SocketTrouble {
    switch error {
    case let error as IOError: return trouble(error)
    case let error as NIOConnectionError:
      guard let first = error.connectionErrors.first else { return .unknown }
      return trouble(first.error)
    case SocketAddressError.unixDomainSocketPathTooLong: return .broken("the path of the socket is too long")
    default: return .broken("\(error)")
    }
  }

  private static func trouble(_ error: IOError) -> SocketTrouble {
    switch error.errnoCode {
    case ENOENT: .unknown
    case EACCES, EPERM: .notAllowed
    case ECONNREFUSED: .refused
    default: .broken(error.description)
    }
  }
}
