import Upgrade

/// What the topology says about an NGINX Plus.
struct NginxPlusSettings: Sendable, Hashable {
  /// The API with its version, without a slash at the end.
  let api: String
  /// The upstreams in which servers are looked for.
  let upstreams: [String]
  let user: String?
  let passwordFile: String?
  let trust: TLSTrust
  /// How long one operation may wait for NGINX's own checks.
  let timeout: Duration

  static let keys = ["url", "upstreams", "apiVersion", "user", "passwordFile", "tls", "timeout"]

  /// Reads them.
  init(_ settings: SettingReader) throws(Failure) {
    var url = try settings.requiredString("url")
    while url.hasSuffix("/") { url.removeLast() }
    guard let host = URLText(url)?.host, !host.isEmpty else {
      throw settings.complaint("url", "'\(url)' is no URL like http://10.0.0.5:8080")
    }
    guard !host.contains("@") else {
      throw settings.complaint("url", "holds a user or password; give user and passwordFile")
    }
    let version = try settings.integer("apiVersion", in: 1...99) ?? 9
    api = "\(url)/api/\(version)"
    guard let upstreams = try settings.oneOrMoreStrings("upstreams") else {
      throw settings.complaint("upstreams", "is missing: the names of the upstream groups with the nodes' servers")
    }
    self.upstreams = upstreams
    user = try settings.string("user")
    passwordFile = try settings.string("passwordFile")
    if let passwordFile, !passwordFile.hasPrefix("/") {
      throw settings.complaint("passwordFile", "'\(passwordFile)' is not an absolute path")
    }
    guard (user == nil) == (passwordFile == nil) else {
      throw settings.complaint(user == nil ? "user" : "passwordFile", "is missing beside the other")
    }
    if let user, user.contains(":") { throw settings.complaint("user", "holds a colon") }
    let tls = try settings.object("tls", keys: ["caFile", "insecure"])
    let caFile = try tls?.string("caFile")
    if let caFile, !caFile.hasPrefix("/") {
      throw settings.complaint("tls.caFile", "'\(caFile)' is not an absolute path")
    }
    trust = TLSTrust(caFile: caFile, isInsecure: try tls?.bool("insecure") ?? false)
    timeout = .seconds(try settings.integer("timeout", in: 1...3600) ?? 60)
  }
}
