import Upgrade
import WebMethods

/// The passwords that a blue-green file refers to.
struct BlueGreenPasswords: Sendable {
  /// The administrators', by node.
  let gateways: [String: Secret]
  /// What a reindex copies from, with who reads there; nil where none is planned.
  let source: ReindexSource?
  /// What is emptied, with who may ask it; nil where none is.
  let target: ReindexSource?
  /// Who gateways say they are at the listener.
  let webhook: HTTPQuestion.Login?

  /// Reads them, and asks on the terminal for those that are to be asked for, each once.
  ///
  /// - Parameter forData: whether data may still be copied, for which the datastores' are needed.
  /// - Throws: `Failure` that names the variable or file.
  init(_ settings: BlueGreenSettings, forData: Bool = true) throws(Failure) {
    var known: [LoginSetting: Secret] = [:]
    func secret(_ login: LoginSetting, _ place: String) throws(Failure) -> Secret {
      if let secret = known[login] { return secret }
      let secret = try login.password.secret("password of \(login.username) on \(place)")
      known[login] = secret
      return secret
    }
    var gateways: [String: Secret] = [:]
    for node in settings.nodes { gateways[node.name] = try secret(node.login, node.name) }
    self.gateways = gateways
    func datastore(_ datastore: Datastore?) throws(Failure) -> ReindexSource? {
      guard forData, let datastore else { return nil }
      return datastore.source(
        password: try datastore.login.map { login throws(Failure) in try secret(login, datastore.url) })
    }
    source = try datastore(settings.source)
    target = try datastore(settings.target)
    webhook = try settings.webhooks?.login.map { login throws(Failure) in
      HTTPQuestion.Login(user: login.username, password: try secret(login, "the webhook listener"))
    }
  }

  /// What asks each gateway of `settings`, by its name.
  func clients(_ settings: BlueGreenSettings, http: any HTTPExchange) -> [String: GatewayClient] {
    var clients: [String: GatewayClient] = [:]
    for node in settings.nodes {
      guard let password = gateways[node.name] else { continue }
      clients[node.name] = node.client(password: password, answerTime: settings.times[.answer], http: http)
    }
    return clients
  }
}
