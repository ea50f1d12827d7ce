import AsyncHTTPClient
import Hummingbird
import HummingbirdCore
import Logging
import Synchronization
import Upgrade

/// One port of a simulated server; it can be closed while the others go on.
final class HTTPListener: Sendable {
  let address: String
  let port: Int
  private let server: Server<HTTP1Channel>
  private let isReady: AsyncThrowingStream<Void, any Error>
  private let ready: AsyncThrowingStream<Void, any Error>.Continuation
  private let running = Mutex<Task<Void, Never>?>(nil)
  private let hasEnded = Mutex(false)

  /// A port that nothing listens on yet.
  init(address: String, port: Int, answer: @escaping @Sendable (Request) async -> ServerAnswer) {
    self.address = address
    self.port = port
    let (isReady, ready) = AsyncThrowingStream.makeStream(of: Void.self, throwing: (any Error).self)
    (self.isReady, self.ready) = (isReady, ready)
    let channel = HTTP1Channel { request, writer, _ in
      let answer = await answer(request)
      let response = answer.response
      // Also where nobody is there any more to read the answer: what it promises has begun.
      defer { if let afterwards = answer.afterwards { Task { await afterwards() } } }
      try await writer.write(response: response.head, body: response.body)
    }
    server = Server(
      childChannelSetup: channel, configuration: ServerConfiguration(address: .hostname(address, port: port)),
      onServerRunning: { _ in ready.yield() }, eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      logger: Logger(label: "zdulab") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Returns when connections are accepted.
  ///
  /// - Throws: `Failure` of kind `.io` when they cannot be.
  func start() async throws {
    running.withLock {
      $0 = Task { [server, ready] in
        do {
          try await server.run()
          ready.finish()
        } catch {
          ready.finish(throwing: error)
        }
      }
    }
    do {
      for try await _ in isReady { return }
    } catch {
      throw Failure(.io, "listen on \(address):\(port): \(error)")
    }
    throw Failure(.io, "listen on \(address):\(port): it ended at once")
  }

  /// Accepts nothing more, and returns when the requests in flight are answered, or cut off after `limit`.
  ///
  /// - Returns: whether all were answered.
  @discardableResult
  func stop(within limit: Duration) async -> Bool {
    Task {
      // It fails only where there was nothing to stop.
      try? await server.shutdownGracefully()
      hasEnded.withLock { $0 = true }
    }
    let missing = await Waiting.missing(within: limit) { hasEnded.withLock { $0 } ? [] : ["requests"] }
    if missing != nil { running.withLock { $0?.cancel() } }
    return missing == nil
  }
}
