import FoundationEssentials
import Upgrade

/// What is to be reindexed, and from where.
struct ReindexRequest: Sendable, Hashable {
  /// Assets; else logs and events.
  let isCore: Bool
  let url: String
  let user: BasicUser?
  /// The tenant's name in the source.
  let sourceTenant: String
  /// How many documents are read at a time, by the lower-case name of the property.
  private let batchSizes: [String: Int]

  private static let prefix = "apigateway.migration."
  private static let batchSize = "batchsize"
  /// As in the vendor's migration.properties.
  static let standardBatchSize = 100

  /// Reads the body of a request.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  init(_ fields: [String: Setting], version: GatewayVersion) throws(Failure) {
    switch fields["indicesType"] {
    case .string("core"): isCore = true
    case .string(version.logIndicesType): isCore = false
    default: throw Failure(.refused, "The indicesType must be core or \(version.logIndicesType).")
    }
    guard case .object(let source)? = fields["sourceElasticsearch"], case .string(let url)? = source["url"],
      let parsed = URL(string: url), parsed.scheme == "http" || parsed.scheme == "https", parsed.host?.isEmpty == false
    else { throw Failure(.refused, "The sourceElasticsearch needs the url of the old datastore.") }
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    if case .string(let name)? = source["username"] {
      let password: String = if case .string(let text)? = source["password"] { text } else { "" }
      user = BasicUser(name: name, password: password)
    } else {
      user = nil
    }
    let properties: [String: Setting] = if case .object(let object)? = fields["properties"] { object } else { [:] }
    switch properties[Self.prefix + "srcTenantName"] {
    case nil: sourceTenant = "default"
    case .string(let name) where !name.isEmpty: sourceTenant = name
    default: throw Failure(.refused, "The srcTenantName is no name.")
    }
    batchSizes = try Self.batchSizes(properties)
  }

  /// How many documents of an index are read at a time.
  func batchSize(of kind: String) -> Int {
    batchSizes["\(Self.batchSize).gateway_{0}_\(kind)"] ?? batchSizes[Self.batchSize] ?? Self.standardBatchSize
  }

  /// Where the source listens, `HOST:PORT`.
  var endpoint: String {
    guard let parsed = URL(string: url), let host = parsed.host else { return url }
    return "\(host):\(parsed.port ?? (parsed.scheme == "https" ? 443 : 80))"
  }

  /// The numbers; the schema of 11.0 has all properties as strings, the vendor's examples have numbers.
  private static func batchSizes(_ properties: [String: Setting]) throws(Failure) -> [String: Int] {
    var sizes: [String: Int] = [:]
    for (name, value) in properties {
      let key = name.lowercased()
      guard key.hasPrefix(prefix + batchSize) else { continue }
      let size: Int? =
        switch value {
        case .number(let number): Int(exactly: number)
        case .string(let text): Int(text)
        default: nil
        }
      guard let size, (1...10_000).contains(size) else { throw Failure(.refused, "\(name) must be 1 to 10000.") }
      sizes[String(key.dropFirst(prefix.utf8.count))] = size
    }
    return sizes
  }
}
