import Upgrade

/// A datastore, as the new gateway's datastore reaches it.
public struct Datastore: Sendable, Hashable {
  /// Its URL, as the file has it: scheme, host and port.
  public let url: String
  /// Who reads there; nil where it asks for no one.
  public let login: LoginSetting?
  private let place: String

  /// A datastore; nil when `url` is not `http` or `https` with a host, a port and nothing else that counts, such as a user.
  public init?(url: String, login: LoginSetting? = nil) {
    // The gateway hands the URL on to Elasticsearch, which refuses one without a port.
    guard let parts = URLText(url), let parsed = GatewayURL(url), parts.host.hasSuffix(":\(parsed.port)") else {
      return nil
    }
    self.url = url
    self.login = login
    let names = ["localhost", "127.0.0.1", "[::1]", "localhost.localdomain"]
    place = "\(names.contains(parsed.host) ? "localhost" : parsed.host):\(parsed.port)"
  }

  /// Whether both URLs lead to the same host and port, by whichever scheme. Two names of one host are not seen through.
  public func isSame(as other: Datastore) -> Bool { place == other.place }

  /// What a reindex copies from.
  ///
  /// - Parameter password: what the login's reference leads to; nil where there is no login.
  public func source(password: Secret?) -> ReindexSource {
    guard let login, let password else { return ReindexSource(url: url) }
    return ReindexSource(url: url, login: .init(user: login.username, password: password))
  }
}
