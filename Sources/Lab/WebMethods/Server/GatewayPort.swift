import Upgrade

/// A port of a gateway as it was configured; the vendor's listener.
struct GatewayPort: Sendable, Hashable, Codable {
  let port: Int
  var alias: String
  var description: String
  var isEnabled: Bool

  static let factory = "webMethods/HTTP"
  static let package = "WmRoot"

  /// As the vendor names it.
  var key: String { Self.key(port) }

  static func key(_ port: Int) -> String { "HTTPListener@\(port)" }

  /// As it is shown; `isListening` is what it does now.
  func setting(isListening: Bool) -> Setting {
    .object([
      "key": .string(key), "port": .number(Double(port)), "portAlias": .string(alias),
      "portDescription": .string(description), "factoryKey": .string(Self.factory), "pkg": .string(Self.package),
      "protocol": .string("HTTP"), "enabled": .string("\(isEnabled)"), "listening": .string("\(isListening)"),
      "suspended": .string("false"), "accessMode": .string("Allow"), "ssl": .string("false"),
      "listenerType": .string("Regular"), "status": .string(isListening ? "Active" : "Inactive"),
    ])
  }
}
