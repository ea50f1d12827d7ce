import FoundationEssentials
import Hummingbird
import Upgrade

/// `/webhooks` and `/webhooks/{id}`. They are assets of the datastore, so all gateways of a cluster have the same.
struct WebhooksResource: AdminResource {
  let options: APIGatewayOptions

  private var file: SharedFile<[Webhook]> { Self.file(options) }

  /// Where they are.
  static func file(_ options: APIGatewayOptions) -> SharedFile<[Webhook]> {
    SharedFile(path: DatastoreFolder(path: options.datastore).webhooks, initial: [])
  }

  func methods(at path: [String]) -> [HTTPRequest.Method] {
    switch path.count {
    case 0: [.get, .post]
    case 1: [.get, .put, .delete]
    default: []
    }
  }

  func answer(_ call: HTTPCall) async -> ServerAnswer {
    do {
      switch (call.method, call.path.first) {
      case (.post, _): return try create(call)
      case (.put, let id?): return try update(id, call)
      case (.delete, let id?): return try delete(id)
      case (_, let id?): return file.read().first { $0.id == id }.map { answer($0) } ?? notFound(id)
      case (_, nil): return list
      }
    } catch {
      return .refusal(error.kind == .refused ? .badRequest : .internalServerError, error.message)
    }
  }

  private var list: ServerAnswer {
    let all = file.read().map { $0.setting(options.version) }
    return all.isEmpty ? .refusal(.notFound, "No records found.") : ServerAnswer(.ok, wrapped(.array(all)))
  }

  private func answer(_ webhook: Webhook) -> ServerAnswer {
    ServerAnswer(.ok, wrapped(webhook.setting(options.version)))
  }

  /// The vendor's examples have what is read inside of `response`, its schema of 11.0 has not: a client must take both.
  private func wrapped(_ value: Setting) -> Setting {
    options.version.isAtLeast(.v11_0) ? value : .object(["response": value])
  }

  private func notFound(_ id: String) -> ServerAnswer { .refusal(.notFound, " Resource \(id) not found") }

  private func create(_ call: HTTPCall) throws(Failure) -> ServerAnswer {
    let webhook = try Webhook(id: UUID().uuidString.lowercased(), fields(call), version: options.version)
    try file.update { (all) throws(Failure) in all.append(webhook) }
    return ServerAnswer(.created, webhook.setting(options.version))
  }

  private func update(_ id: String, _ call: HTTPCall) throws(Failure) -> ServerAnswer {
    guard file.read().contains(where: { $0.id == id }) else { return notFound(id) }
    let webhook = try Webhook(id: id, fields(call), version: options.version)
    let isThere = try file.update { (all) throws(Failure) in
      guard let index = all.firstIndex(where: { $0.id == id }) else { return false }
      all[index] = webhook
      return true
    }
    return isThere ? ServerAnswer(.ok, webhook.setting(options.version)) : notFound(id)
  }

  private func delete(_ id: String) throws(Failure) -> ServerAnswer {
    let isThere = try file.update { (all) throws(Failure) in
      guard let index = all.firstIndex(where: { $0.id == id }) else { return false }
      all.remove(at: index)
      return true
    }
    return isThere ? ServerAnswer(.noContent) : notFound(id)
  }

  private func fields(_ call: HTTPCall) throws(Failure) -> [String: Setting] {
    guard let fields = call.fields else { throw Failure(.refused, "The body is no JSON object.") }
    return fields
  }
}
