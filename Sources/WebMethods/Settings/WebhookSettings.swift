import Upgrade

/// Where gateways tell that something has happened.
public struct WebhookSettings: Sendable, Hashable {
  /// The address that is listened on: a name or an IP address, without brackets.
  public let host: String
  /// The TCP port.
  public let port: Int
  /// What gateways call, without a path's end; made of host and port where the file has none.
  public let url: String
  /// Who gateways say they are; nil where the unguessable path is enough.
  public let login: LoginSetting?

  /// Settings.
  public init(host: String, port: Int, url: String? = nil, login: LoginSetting? = nil) {
    self.host = host
    self.port = port
    self.url = url ?? "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    self.login = login
  }

  /// The object `webhooks` of the file; nil where there is none, and polling does.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  static func within(_ top: SettingReader, _ paths: PathResolver) throws(Failure) -> WebhookSettings? {
    guard let reader = try top.object("webhooks", keys: ["listen", "url", "auth"]) else { return nil }
    let listen = try reader.requiredString("listen")
    guard let place = GatewayURL("http://\(listen)"), place.path.isEmpty, listen.hasSuffix(":\(place.port)") else {
      throw reader.complaint("listen", "'\(listen)' is no address and port like 10.0.0.9:8099")
    }
    let host = place.host.hasPrefix("[") ? String(place.host.dropFirst().dropLast()) : place.host
    let url = try url(reader)
    guard url != nil || !["0.0.0.0", "::"].contains(host) else {
      throw reader.complaint("url", "is missing: gateways cannot call '\(listen)'; give the URL that they reach")
    }
    let auth = try reader.object("auth", keys: ["username", "password"])
    let login = try auth.flatMap { auth throws(Failure) in
      guard let login = try LoginSetting.within(auth, paths) else { throw auth.complaint("username", "is missing") }
      return login
    }
    return WebhookSettings(host: host, port: place.port, url: url, login: login)
  }

  private static func url(_ reader: SettingReader) throws(Failure) -> String? {
    guard var text = try reader.string("url") else { return nil }
    guard GatewayURL(text) != nil else {
      let isSecret = text.contains("@")
      throw reader.complaint(
        "url",
        isSecret ? "holds a user or password; give them in auth" : "'\(text)' is no URL like http://10.0.0.9:8099")
    }
    while text.hasSuffix("/") { text.removeLast() }
    return text
  }
}
