import AsyncHTTPClient
import FoundationEssentials
import Upgrade

/// Tells webhooks of events. What it sends is the lab's own: the vendor documents no payload.
actor WebhookSender {
  /// After how long one that could not be delivered is sent again; then it is given up.
  static let pauses: [Duration] = [.milliseconds(100), .milliseconds(500), .seconds(2)]

  private let options: APIGatewayOptions
  private let faults: GatewayFaultInjector
  private let client: HTTPClient
  private var underway = 0

  init(_ options: APIGatewayOptions, faults: GatewayFaultInjector, client: HTTPClient) {
    self.options = options
    self.faults = faults
    self.client = client
  }

  /// Sends the event to all active webhooks that ask for it; does not wait for their answers.
  func fire(_ event: GatewayEvent, failureReason: String? = nil) async {
    if let fault = faults.fault(.delivery) {
      if fault.kind == .drop { return }
      try? await faults.meet(.delivery)
    }
    for webhook in WebhooksResource.file(options).read() where webhook.isActive {
      guard let name = event.names(in: options.version).first(where: webhook.events.contains) else { continue }
      underway += 1
      Task {
        await send(webhook, payload(name, failureReason))
        underway -= 1
      }
    }
  }

  /// Returns when nothing is underway any more, or `limit` is over.
  func finish(within limit: Duration) async {
    let deadline = ContinuousClock.now + limit
    while underway > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
  }

  private func payload(_ event: String, _ failureReason: String?) -> String {
    JSONText.line([
      "event": event, "status": failureReason == nil ? "success" : "failure",
      "failureReason": failureReason ?? "", "server": options.name, "version": options.version.rawValue,
    ]) ?? ""
  }

  private func send(_ webhook: Webhook, _ payload: String) async {
    var request = HTTPClientRequest(url: webhook.config.url)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    for (name, value) in webhook.config.headers { request.headers.add(name: name, value: value) }
    if let name = webhook.config.username {
      let user = BasicUser(name: name, password: webhook.config.password ?? "")
      request.headers.replaceOrAdd(name: "Authorization", value: user.authorization)
    }
    request.body = .bytes(Array(payload.utf8))
    for pause in [.zero] + Self.pauses {
      try? await Task.sleep(for: pause)
      if let answer = try? await client.execute(request, timeout: .seconds(5)), answer.status.code < 300 { return }
    }
  }
}
