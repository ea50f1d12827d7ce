import Foundation

/// Reads what a configuration file says about probes and health checks.
public enum ProbeSettings {
  /// What is wrong with the URL of a probe; nil for nothing.
  public static func problem(url text: String) -> String? {
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false else {
      return "'\(text)' is no URL like https://api.example.com/ping"
    }
    guard url.user == nil, url.password == nil else {
      return "holds a user or password, which would be seen in logs; send them in a header of the topology file's "
        + "probes, from a file"
    }
    return nil
  }

  /// The probes in the file's top object.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public static func probes(_ top: SettingReader, _ paths: PathResolver) throws(Failure) -> [ProbeSetting] {
    guard top.has("probes") else { return [] }
    var probes: [ProbeSetting] = []
    let keys = ["url", "method", "expectedStatus", "headers", "tls"]
    for reader in try top.requiredObjects("probes", keys: keys) {
      let probe = try probe(reader, paths)
      if let earlier = probes.firstIndex(where: { $0.url == probe.url }) {
        throw reader.complaint("url", "'\(probe.url)' is that of probes[\(earlier)] already")
      }
      probes.append(probe)
    }
    return probes
  }

  /// Whose certificates health checks may have.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public static func healthCheckTrust(_ top: SettingReader, _ paths: PathResolver) throws(Failure) -> TLSTrust {
    guard let reader = try top.object("healthChecks", keys: ["tls"]) else { return TLSTrust() }
    return try reader.trust(resolving: paths.resolve)
  }

  /// What is wrong with a header's value; nil for nothing. The value is not told: it may be a secret.
  static func problem(headerValue text: String) -> String? {
    guard !text.isEmpty else { return "is empty" }
    let isPlain = text.unicodeScalars.allSatisfy { $0 == "\t" || $0.value >= 32 && $0.value != 127 }
    return isPlain ? nil : "holds more than one line, or control characters"
  }

  private static func probe(_ reader: SettingReader, _ paths: PathResolver) throws(Failure) -> ProbeSetting {
    let url = try reader.requiredString("url")
    if let problem = problem(url: url) { throw reader.complaint("url", problem) }
    let method = try reader.choice("method", of: ProbeMethod.allCases.map(\.rawValue))
    return ProbeSetting(
      url: url, method: method.flatMap(ProbeMethod.init) ?? .get, expectedStatuses: try statuses(reader),
      headers: try headers(reader, paths), tls: try reader.trust(resolving: paths.resolve))
  }

  private static func statuses(_ reader: SettingReader) throws(Failure) -> [Int] {
    let key = "expectedStatus"
    guard case .array(let list) = reader.value(key) else {
      return [try reader.integer(key, in: 200...599) ?? 200]
    }
    guard !list.isEmpty else { throw reader.complaint(key, "is an empty list") }
    var statuses: [Int] = []
    for (index, element) in list.enumerated() {
      guard case .number(let number) = element, let status = Int(exactly: number), (200...599).contains(status) else {
        throw reader.complaint("\(key)[\(index)]", "must be a whole number from 200 to 599")
      }
      statuses.append(status)
    }
    return statuses
  }

  private static func headers(
    _ reader: SettingReader, _ paths: PathResolver
  ) throws(Failure) -> [String: ProbeSetting.HeaderValue] {
    guard let value = reader.value("headers") else { return [:] }
    guard case .object(let object) = value else {
      throw reader.complaint("headers", "must be an object, is \(value.kind)")
    }
    var headers: [String: ProbeSetting.HeaderValue] = [:]
    for (name, value) in object.sorted(by: { $0.key < $1.key }) {
      if let problem = problem(headerName: name) { throw reader.complaint("headers.\(name)", problem) }
      if let earlier = headers.keys.first(where: { $0.lowercased() == name.lowercased() }) {
        throw reader.complaint("headers.\(name)", "is the same header as '\(earlier)'")
      }
      if case .string(let text) = value {
        if let problem = problem(headerValue: text) { throw reader.complaint("headers.\(name)", problem) }
        headers[name] = .text(Secret(text))
      } else {
        guard case .object = value else {
          throw reader.complaint("headers.\(name)", #"must be a text or {"file": PATH}, is \#(value.kind)"#)
        }
        let path = reader.path(of: "headers.\(name)")
        let source = try SettingReader(value, file: reader.file, path: path, keys: ["file"])
        headers[name] = .file(paths.resolve(try source.requiredString("file")))
      }
    }
    return headers
  }

  private static func problem(headerName name: String) -> String? {
    let marks = "!#$%&'*+-.^_`|~"
    guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) || marks.contains($0) }) else {
      return "is no name of a header"
    }
    let own = ["connection", "content-length", "transfer-encoding", "upgrade", "expect"]
    return own.contains(name.lowercased()) ? "is not to be given: a probe has no body and a connection of its own" : nil
  }
}
