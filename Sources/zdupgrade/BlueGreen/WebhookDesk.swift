import Records
import Synchronization
import Upgrade
import WebMethods
import WebhookListener

/// Where gateways tell a run what has happened: the listener, and what they are told to call. Without one polling does.
struct WebhookDesk: Sendable {
  /// What gateways are told to call; nil where nobody listens.
  let registration: WebhookRegistration?
  /// Wakes whoever waits.
  let events: any WebhookEvents
  private let token: URLToken
  private let ear: Ear

  /// The name of the file in a run's folder that has the part of the URL which nobody can guess.
  private static let file = "webhook-token"

  /// Has `body` work while gateways are listened to, where the file of `settings` says so.
  ///
  /// - Parameter folder: of a run that goes on, whose gateways call what they were told before; nil for a new one.
  /// - Throws: `Failure` when the address cannot be listened on; what `body` throws.
  static func with<Result>(
    _ settings: BlueGreenSettings, _ passwords: BlueGreenPasswords, of folder: RunFolder? = nil,
    _ body: (WebhookDesk) async throws -> Result
  ) async throws -> Result {
    let token = folder?.kept(as: file).flatMap { URLToken($0.reveal()) } ?? URLToken()
    guard let webhooks = settings.webhooks else {
      return try await body(WebhookDesk(registration: nil, events: NoWebhookEvents(), token: token, ear: Ear(settings)))
    }
    let ear = Ear(settings)
    let sides = WebhookRegistration.sides
    let listener = try await WebhookListener.start(
      host: webhooks.host, port: webhooks.port, token: token, nodes: [sides.old, sides.new], login: passwords.webhook
    ) { await ear.hear($0) }
    let registration = WebhookRegistration(
      WebhookAddress(base: webhooks.url, token: token), login: passwords.webhook)
    do {
      let result = try await body(
        WebhookDesk(registration: registration, events: listener.events, token: token, ear: ear))
      await listener.stop()
      return result
    } catch {
      await listener.stop()
      throw error
    }
  }

  /// Keeps what a later process of the run needs, in its `folder`; what is there already stays.
  ///
  /// - Throws: `Failure` of kind `.io`.
  func keep(in folder: RunFolder) throws(Failure) {
    guard registration != nil, folder.kept(as: Self.file) == nil else { return }
    try folder.keep(token.text, as: Self.file)
  }

  /// From now on what gateways tell is noted in `journal`.
  func note(in journal: any Journal) { ear.journal.withLock { $0 = journal } }
}

/// Hears what gateways tell, and notes it once there is a journal.
private final class Ear: Sendable {
  let journal = Mutex<(any Journal)?>(nil)
  private let first: [String: String]

  init(_ settings: BlueGreenSettings) {
    let sides = WebhookRegistration.sides
    var first: [String: String] = [:]
    first[sides.old] = settings.old.nodes.first?.name
    first[sides.new] = settings.new?.nodes.first?.name
    self.first = first
  }

  func hear(_ report: ReportedEvent) async {
    guard let journal = journal.withLock({ $0 }) else { return }
    let event = report.event.map { ": \($0)" } ?? ""
    await journal.record(.note(node: first[report.node], text: PlainText.oneLine("webhook\(event)")))
  }
}
