import HTTPListener
import HummingbirdCore
import Upgrade
import WebMethods

/// Listens for the webhooks of gateways over HTTP and wakes whoever waits for one.
///
/// Only a POST or PUT to a known node's URL below the unguessable path counts; anything else is a 404, before its body is
/// read. It speaks plain HTTP: where the path must not be seen on the way, the operator's proxy ends TLS before it.
public struct WebhookListener: Sendable {
  /// Wakes whoever waits; to be handed to the steps that do.
  public let events: EventSignal
  private let listener: HTTPListener

  /// The TCP port that is listened on.
  public var port: Int { listener.port }

  /// Listens on `host` and `port`, and returns once requests are taken.
  ///
  /// - Parameters:
  ///   - host: a name or an address of this host, without brackets.
  ///   - port: a TCP port; 0 for any that is free.
  ///   - token: the part of the path that nobody can guess; of a run that is resumed, the one that it had, since the
  ///     gateways have it too.
  ///   - nodes: the nodes that may report.
  ///   - login: who the gateways say they are; nil where the path is enough.
  ///   - report: is told of each event before whoever waits is woken.
  /// - Throws: `Failure` of kind `.io` that says what to do when the address cannot be listened on.
  public static func start(
    host: String, port: Int, token: URLToken, nodes: [String], login: HTTPQuestion.Login? = nil,
    report: @escaping @Sendable (ReportedEvent) async -> Void = { _ in }
  ) async throws(Failure) -> WebhookListener {
    let events = EventSignal()
    let door = WebhookDoor(token: token, nodes: nodes, login: login) { event in
      await report(event)
      await events.post()
    }
    let listener = try await HTTPListener.start(
      host: host, port: port, to: "listen for webhooks", setting: "webhooks.listen", door.answer)
    return WebhookListener(events: events, listener: listener)
  }

  /// Ends listening; requests in flight are cut, which loses nothing but a wake-up.
  public func stop() async { await listener.stop() }
}
