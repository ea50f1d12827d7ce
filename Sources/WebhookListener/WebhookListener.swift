import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Upgrade
import WebMethods

/// Listens for the webhooks of gateways over HTTP and wakes whoever waits for one.
///
/// Only a POST or PUT to a known node's URL below the unguessable path counts; anything else is a 404, before its body is
/// read. It speaks plain HTTP: where the path must not be seen on the way, the operator's proxy ends TLS before it.
public actor WebhookListener {
  /// Wakes whoever waits; to be handed to the steps that do.
  public nonisolated let events: EventSignal
  /// The TCP port that is listened on.
  public nonisolated let port: Int
  private let server: Task<Void, any Error>

  /// Listens on `host` and `port`, and returns once requests are taken.
  ///
  /// - Parameters:
  ///   - host: a name or an address of this host, without brackets.
  ///   - port: a TCP port; 0 for any that is free.
  ///   - token: the part of the path that nobody can guess; of a run that is resumed, the one that it had.
  ///   - nodes: the nodes that may report.
  ///   - login: who the gateways say they are; nil where the path is enough.
  ///   - report: is told of each event before whoever waits is woken.
  /// - Throws: `Failure` of kind `.io` that says what to do when the address cannot be listened on.
  public static func start(
    host: String, port: Int, token: WebhookToken, nodes: [String], login: HTTPQuestion.Login? = nil,
    report: @escaping @Sendable (ReportedEvent) async -> Void = { _ in }
  ) async throws(Failure) -> WebhookListener {
    let (bound, binding) = AsyncStream.makeStream(of: Int.self)
    let events = EventSignal()
    let door = WebhookDoor(token: token, nodes: nodes, login: login) { event in
      await report(event)
      await events.post()
    }
    let server = Server(
      childChannelSetup: HTTP1Channel(
        responder: { request, writer, _ in
          try await writer.write(response: await door.answer(request), body: .init())
        }, configuration: .init(idleTimeout: .seconds(30))),
      configuration: ServerConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { binding.yield($0.localAddress?.port ?? port) },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: Logger(label: "webhooks") { _ in SwiftLogNoOpLogHandler() })
    let running = Task {
      defer { binding.finish() }
      try await server.run()
    }
    for await actual in bound {
      return WebhookListener(port: actual, events: events, server: running)
    }
    let place = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
    switch await running.result {
    case .success: throw Failure(.io, "listen for webhooks on \(place): it ended at once")
    case .failure(let error): throw BindTrouble.failure(error, place)
    }
  }

  private init(port: Int, events: EventSignal, server: Task<Void, any Error>) {
    self.port = port
    self.events = events
    self.server = server
  }

  /// Ends listening; requests in flight are cut, which loses nothing but a wake-up.
  public func stop() async {
    server.cancel()
    _ = await server.result
  }
}
