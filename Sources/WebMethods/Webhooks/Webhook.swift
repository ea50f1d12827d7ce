import Upgrade

/// What a gateway calls when something has happened.
public struct Webhook: Sendable, Hashable {
  /// The gateway's name for it; nil for one that it does not have yet.
  public var id: String?
  /// What is called.
  public var url: String
  /// Headers that are sent along, by name.
  public var headers: [String: String]
  /// Who the gateway says it is there. A gateway may show another password than it was given.
  public var login: HTTPQuestion.Login?
  /// The store of the certificates that the gateway trusts there.
  public var truststoreAlias: String?
  /// The events' names, as the API spells them.
  public var events: [String]
  /// Whether it is called at all.
  public var isActive: Bool

  /// A webhook; it is active, unlike in the API, where one is not unless it is said.
  public init(
    id: String? = nil, url: String, headers: [String: String] = [:], login: HTTPQuestion.Login? = nil,
    truststoreAlias: String? = nil, events: [String], isActive: Bool = true
  ) {
    self.id = id
    self.url = url
    self.headers = headers
    self.login = login
    self.truststoreAlias = truststoreAlias
    self.events = events
    self.isActive = isActive
  }

  /// Reads what a gateway says; nil where it is none.
  init?(_ answer: AnswerReader) {
    guard let config = answer.object("config"), let url = config.string("url") else { return nil }
    let user = config.string("username")
    let login = user.map { HTTPQuestion.Login(user: $0, password: Secret(config.string("password") ?? "")) }
    self.init(
      id: answer.string("id"), url: url, headers: config.texts("headers"), login: login,
      truststoreAlias: config.string("truststoreAlias"), events: answer.strings("events"),
      isActive: answer.bool("active") ?? false)
  }

  /// What is sent; what is not there is left out.
  var body: [String: Setting] {
    var config: [String: Setting] = ["url": .string(url)]
    if !headers.isEmpty { config["headers"] = .object(headers.mapValues(Setting.string)) }
    if let login {
      config["username"] = .string(login.user)
      config["password"] = .string(login.password.reveal())
    }
    if let truststoreAlias { config["truststoreAlias"] = .string(truststoreAlias) }
    return [
      "config": .object(config), "events": .array(events.map(Setting.string)), "active": .bool(isActive),
    ]
  }

  /// Whether `other` does the same; passwords, which gateways may mask, are not compared.
  func doesTheSame(as other: Webhook) -> Bool {
    url == other.url && headers == other.headers && login?.user == other.login?.user
      && truststoreAlias == other.truststoreAlias && Set(events) == Set(other.events) && isActive == other.isActive
  }
}
