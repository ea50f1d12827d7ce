import Upgrade

extension GatewayClient {
  /// All webhooks that the gateway has.
  ///
  /// - Throws: `Failure`.
  public func webhooks() async throws -> [Webhook] {
    let call = GatewayCall.get("list the webhooks", url.administration("/webhooks"))
    let answer = try await answer(to: call, orAny: [404])
    if answer.status == 404 { return [] }
    guard case .array(let list) = Self.content(answer) else { throw unreadable(answer, to: call) }
    return list.compactMap { if case .object(let object) = $0 { Webhook(AnswerReader(object)) } else { nil } }
  }

  /// The webhook of that id; nil where there is none.
  ///
  /// - Throws: `Failure`.
  public func webhook(_ id: String) async throws -> Webhook? {
    let call = GatewayCall.get("ask for webhook \(PlainText.oneLine(id))", webhookURL(id))
    let answer = try await answer(to: call, orAny: [404])
    if answer.status == 404 { return nil }
    return try webhook(in: answer, to: call)
  }

  /// Makes `webhook`. Sent once; `webhooks` tells whether it is there.
  ///
  /// - Returns: it with the gateway's id for it.
  /// - Throws: `Failure`; of kind `.refused` where the gateway does not know one of the events, of kind `.unreachable` or
  ///   `.timeout` where the answer is lost.
  public func createWebhook(_ webhook: Webhook) async throws -> Webhook {
    let call = GatewayCall(
      title: "create a webhook", method: "POST", url: url.administration("/webhooks"), body: webhook.body,
      isRepeatable: false, secrets: secrets(of: webhook))
    let answer = try await answer(to: call, orAny: [])
    if let made = try? self.webhook(in: answer, to: call), made.id != nil { return made }
    guard let made = try await webhooks().last(where: { $0.url == webhook.url }) else {
      throw unreadable(answer, to: call)
    }
    return made
  }

  /// Makes `webhook` do what it says; its id must be there.
  ///
  /// - Returns: whether the gateway has it at all.
  /// - Throws: `Failure`.
  public func updateWebhook(_ webhook: Webhook) async throws -> Bool {
    let id = webhook.id ?? ""
    let call = GatewayCall(
      title: "update webhook \(PlainText.oneLine(id))", method: "PUT", url: webhookURL(id), body: webhook.body,
      isRepeatable: true, secrets: secrets(of: webhook))
    return try await answer(to: call, orAny: [404]).status != 404
  }

  /// Removes the webhook of that id.
  ///
  /// - Returns: whether there was one.
  /// - Throws: `Failure`.
  @discardableResult
  public func deleteWebhook(_ id: String) async throws -> Bool {
    let call = GatewayCall(
      title: "delete webhook \(PlainText.oneLine(id))", method: "DELETE", url: webhookURL(id), isRepeatable: true)
    return try await answer(to: call, orAny: [404]).status != 404
  }

  /// Sees that the gateway calls `webhook.url` as it says, and only once; can be repeated, also after a crash within it.
  ///
  /// - Parameter names: lists of the events' names to try in turn while the gateway refuses them.
  /// - Throws: `Failure`.
  public func ensureWebhook(_ webhook: Webhook, events names: [[String]]) async throws -> Webhook {
    var names = names
    while true {
      var wanted = webhook
      if !names.isEmpty { wanted.events = names.removeFirst() }
      do {
        return try await ensure(wanted)
      } catch let failure as Failure where failure.kind == .refused && !names.isEmpty {
        continue
      }
    }
  }

  /// Removes every webhook whose URL begins with `prefix`: all that a listener of that address was registered for.
  ///
  /// - Returns: how many there were.
  /// - Throws: `Failure`.
  @discardableResult
  public func deleteWebhooks(withURLPrefix prefix: String) async throws -> Int {
    let ours = try await webhooks().filter { $0.url.hasPrefix(prefix) }.compactMap(\.id)
    for id in ours { try await deleteWebhook(id) }
    return ours.count
  }

  private func ensure(_ wanted: Webhook) async throws -> Webhook {
    guard let first = try await single(wanted.url) else {
      do {
        return try await createWebhook(wanted)
      } catch let failure as Failure where Self.isLost(failure) {
        guard let made = try await single(wanted.url) else { throw failure }
        return made
      }
    }
    if first.doesTheSame(as: wanted) { return first }
    var changed = wanted
    changed.id = first.id
    guard try await updateWebhook(changed) else { return try await createWebhook(wanted) }
    return changed
  }

  /// The webhook that calls `url`; any others that do so are removed.
  private func single(_ url: String) async throws -> Webhook? {
    let all = try await webhooks().filter { $0.url == url && $0.id != nil }
    for id in all.dropFirst().compactMap(\.id) { try await deleteWebhook(id) }
    return all.first
  }

  private func webhook(in answer: HTTPAnswer, to call: GatewayCall) throws(Failure) -> Webhook {
    guard case .object(let object) = Self.content(answer), let webhook = Webhook(AnswerReader(object)) else {
      throw unreadable(answer, to: call)
    }
    return webhook
  }

  /// The vendor's examples have it within `response`, the schema has it bare.
  private static func content(_ answer: HTTPAnswer) -> Setting? {
    let json = AnswerReader.json(answer.body)
    guard case .object(let object) = json, let inner = object["response"] else { return json }
    return inner
  }

  private func webhookURL(_ id: String) -> String { url.administration("/webhooks/\(URLText.escaped(id))") }

  /// Its URL may be one that nobody is to guess.
  private func secrets(of webhook: Webhook) -> [Secret] {
    [Secret(webhook.url)] + (webhook.login.map { [$0.password] } ?? [])
  }
}
