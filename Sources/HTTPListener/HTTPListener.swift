import Hummingbird
public import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Upgrade

/// Listens for HTTP requests; plain HTTP, for what needs TLS the operator's proxy ends it before.
public actor HTTPListener {
  /// The TCP port that is listened on.
  public nonisolated let port: Int
  private let server: Task<Void, any Error>

  /// Listens on `host` and `port`, and returns once requests are taken.
  ///
  /// - Parameters:
  ///   - host: a name or an address of this host, without brackets.
  ///   - port: a TCP port; 0 for any that is free.
  ///   - purpose: what it is for, as a verb phrase.
  ///   - setting: the key or option by which the address is given.
  ///   - answer: answers a request.
  /// - Throws: `Failure` of kind `.io` that says what to do when the address cannot be listened on.
  public static func start(
    host: String, port: Int, to purpose: String, setting: String,
    _ answer: @escaping @Sendable (Request) async -> Response
  ) async throws(Failure) -> HTTPListener {
    let (bound, binding) = AsyncStream.makeStream(of: Int.self)
    let server = Server(
      childChannelSetup: HTTP1Channel(
        responder: { request, writer, _ in
          let response = await answer(request)
          try await writer.write(response: response.head, body: response.body)
        }, configuration: .init(idleTimeout: .seconds(30))),
      configuration: ServerConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { binding.yield($0.localAddress?.port ?? port) },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: Logger(label: "http") { _ in SwiftLogNoOpLogHandler() })
    let running = Task {
      defer { binding.finish() }
      try await server.run()
    }
    for await actual in bound { return HTTPListener(port: actual, server: running) }
    let place = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
    switch await running.result {
    case .success: throw Failure(.io, "\(purpose) on \(place): it ended at once")
    case .failure(let error): throw BindTrouble.failure(error, place, purpose, in: setting)
    }
  }

  private init(port: Int, server: Task<Void, any Error>) {
    self.port = port
    self.server = server
  }

  /// Ends listening; requests in flight are cut.
  public func stop() async {
    server.cancel()
    _ = await server.result
  }
}
