import Upgrade

/// What gateways are told to call. The gateways of a side have their webhooks in common, so there is one for each side.
public struct WebhookRegistration: Sendable {
  /// Below which all of the run's webhooks are.
  public let address: WebhookAddress
  private let login: HTTPQuestion.Login?

  /// A registration.
  ///
  /// - Parameter login: who gateways say they are at the listener.
  public init(_ address: WebhookAddress, login: HTTPQuestion.Login? = nil) {
    self.address = address
    self.login = login
  }

  /// The sides' names, as the listener has them.
  public static let sides = (old: "old", new: "new")

  /// Sees that the side that `client` is of tells its events.
  ///
  /// - Throws: `Failure`.
  func ensure(on client: GatewayClient, isNew: Bool, version: GatewayVersion?) async throws {
    let events = isNew ? GatewayEvent.ofNewSide : GatewayEvent.ofOldSide
    let url = address.url(for: isNew ? Self.sides.new : Self.sides.old)
    _ = try await client.ensureWebhook(
      Webhook(url: url, login: login, events: []), events: GatewayEvent.names(of: events, for: version))
  }
}
