import Upgrade

/// The old side's datastore, from which a reindex copies.
public struct ReindexSource: Sendable, Hashable {
  /// Its URL, as the new gateway's datastore reaches it.
  public let url: String
  /// Who reads there; nil where it asks for no one.
  public let login: HTTPQuestion.Login?

  /// A source.
  public init(url: String, login: HTTPQuestion.Login? = nil) {
    self.url = url
    self.login = login
  }

  var body: Setting {
    var object: [String: Setting] = ["url": .string(url)]
    if let login {
      object["username"] = .string(login.user)
      object["password"] = .string(login.password.reveal())
    }
    return .object(object)
  }
}
