import Upgrade

/// A subscription to events.
struct Webhook: Sendable, Hashable, Codable {
  /// Where and how an event is sent.
  struct Config: Sendable, Hashable, Codable {
    var url: String
    var headers: [String: String] = [:]
    var username: String?
    var password: String?
    var truststoreAlias: String?
  }

  let id: String
  var config: Config
  var events: [String]
  var isActive: Bool

  /// Reads the body of a request.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  init(id: String, _ fields: [String: Setting], version: GatewayVersion) throws(Failure) {
    guard case .object(let config)? = fields["config"], case .string(let url)? = config["url"],
      url.hasPrefix("http://") || url.hasPrefix("https://")
    else { throw Failure(.refused, "The webhook needs a config with the url that it calls.") }
    guard case .array(let events)? = fields["events"], !events.isEmpty else {
      throw Failure(.refused, "The webhook needs events.")
    }
    let known = GatewayEvent.knownNames(in: version)
    self.events = try events.map { (event) throws(Failure) in
      guard case .string(let name) = event, known.contains(name) else {
        throw Failure(.refused, "An event is not known.")
      }
      return name
    }
    switch fields["active"] {
    case nil, .null: isActive = false
    case .bool(let bool): isActive = bool
    default: throw Failure(.refused, "The value of active must be true or false.")
    }
    self.id = id
    self.config = Config(
      url: url, headers: try Self.headers(config["headers"]), username: try Self.text(config["username"]),
      password: try Self.text(config["password"]), truststoreAlias: try Self.text(config["truststoreAlias"]))
  }

  /// As it is shown.
  func setting(_ version: GatewayVersion) -> Setting {
    let optional = [
      "username": config.username, "password": config.password, "truststoreAlias": config.truststoreAlias,
    ].filter { $0.value != nil || !version.isOmittingNulls }
    var shown = optional.mapValues { $0.map(Setting.string) ?? .null }
    shown["url"] = .string(config.url)
    shown["headers"] = .object(config.headers.mapValues(Setting.string))
    return .object([
      "id": .string(id), "config": .object(shown), "events": .array(events.map(Setting.string)),
      "active": .bool(isActive),
    ])
  }

  private static func text(_ value: Setting?) throws(Failure) -> String? {
    switch value {
    case nil, .null: return nil
    case .string(let text): return text
    default: throw Failure(.refused, "A value of config is no text.")
    }
  }

  private static func headers(_ value: Setting?) throws(Failure) -> [String: String] {
    switch value {
    case nil, .null: return [:]
    case .object(let fields):
      var headers: [String: String] = [:]
      for (name, value) in fields { headers[name] = try text(value) }
      return headers
    default: throw Failure(.refused, "The headers are no object.")
    }
  }
}
