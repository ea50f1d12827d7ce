import Hummingbird
import Upgrade

/// `/ports`, `/ports/enable` and `/ports/{listenerKey}`.
struct PortsResource: AdminResource {
  let ports: PortRegistry

  func methods(at path: [String]) -> [HTTPRequest.Method] {
    switch path.count {
    case 0: [.get, .post, .put, .delete]
    case 1: path[0] == "enable" ? [.get, .put] : [.get]
    default: []
    }
  }

  func answer(_ call: HTTPCall) async -> ServerAnswer {
    do {
      switch (call.method, call.path.first) {
      case (.get, nil): return try await list(call)
      case (.post, nil): return try await create(call)
      case (.put, nil): return try await update(call)
      case (.delete, nil): return try await remove(call)
      case (.put, "enable"): return try await enable(call)
      default: return await show(call.path[0])
      }
    } catch {
      let failure = Failure.from(error, as: .io)
      return problem(failure.kind == .refused ? .badRequest : .internalServerError, failure.message)
    }
  }

  private func problem(_ status: HTTPResponse.Status, _ reason: String) -> ServerAnswer {
    ServerAnswer(status, .object(["message": .string(reason), "pkg": .string(GatewayPort.package)]))
  }

  private func list(_ call: HTTPCall) async throws -> ServerAnswer {
    try checkPackage(call.query["pkg"].map(Setting.string), isNeeded: false)
    let found = await ports.all.filter { call.query["listenerKey"] ?? $0.0.key == $0.0.key }
    return ServerAnswer(.ok, .object(["listeners": .array(found.map { $0.setting(isListening: $1) })]))
  }

  private func show(_ key: String) async -> ServerAnswer {
    guard let (port, isListening) = await ports.find(key) else { return problem(.notFound, "There is no port \(key).") }
    return ServerAnswer(.ok, port.setting(isListening: isListening))
  }

  private func create(_ call: HTTPCall) async throws -> ServerAnswer {
    let fields = try fields(call)
    guard fields["factoryKey"] == .string(GatewayPort.factory) else {
      throw Failure(.refused, "The factoryKey must be \(GatewayPort.factory).")
    }
    try checkPackage(fields["pkg"], isNeeded: true)
    guard let number = Self.number(fields["port"]) else { throw Failure(.refused, "The port must be 1 to 65535.") }
    guard case .string(let alias)? = fields["portAlias"], !alias.isEmpty else {
      throw Failure(.refused, "The portAlias is missing.")
    }
    let port = GatewayPort(
      port: number, alias: alias, description: Self.text(fields["portDescription"]) ?? "", isEnabled: false)
    try await ports.create(port)
    return ServerAnswer(.created, port.setting(isListening: false))
  }

  private func update(_ call: HTTPCall) async throws -> ServerAnswer {
    let fields = try fields(call)
    try checkPackage(fields["pkg"], isNeeded: false)
    guard let key = Self.text(fields["key"]) ?? Self.number(fields["port"]).map(GatewayPort.key) else {
      throw Failure(.refused, "The key is missing.")
    }
    try await ports.update(
      key, alias: Self.text(fields["portAlias"]), description: Self.text(fields["portDescription"]))
    return await show(key)
  }

  private func remove(_ call: HTTPCall) async throws -> ServerAnswer {
    try checkPackage(call.query["pkg"].map(Setting.string), isNeeded: false)
    guard let key = call.query["listenerKey"] else { throw Failure(.refused, "The listenerKey is missing.") }
    try await ports.remove(key)
    return ServerAnswer(.ok)
  }

  private func enable(_ call: HTTPCall) async throws -> ServerAnswer {
    let fields = try fields(call)
    try checkPackage(fields["pkg"], isNeeded: true)
    guard let key = Self.text(fields["listenerKey"]) else { throw Failure(.refused, "The listenerKey is missing.") }
    try await ports.enable(key)
    return ServerAnswer(.ok, .object(["listenerKey": .string(key), "pkg": .string(GatewayPort.package)]))
  }

  private func fields(_ call: HTTPCall) throws(Failure) -> [String: Setting] {
    guard let fields = call.fields else { throw Failure(.refused, "The body is no JSON object.") }
    return fields
  }

  private func checkPackage(_ value: Setting?, isNeeded: Bool) throws(Failure) {
    if value == nil && !isNeeded { return }
    guard value == .string(GatewayPort.package) else { throw Failure(.refused, "The pkg must be WmRoot.") }
  }

  /// A port's number: the vendor's schema has a number, its texts have a string.
  private static func number(_ value: Setting?) -> Int? {
    let number: Int? =
      switch value {
      case .number(let number): Int(exactly: number)
      case .string(let text): Int(text)
      default: nil
      }
    return number.flatMap { (1...65_535).contains($0) ? $0 : nil }
  }

  private static func text(_ value: Setting?) -> String? {
    guard case .string(let text)? = value, !text.isEmpty else { return nil }
    return text
  }
}
