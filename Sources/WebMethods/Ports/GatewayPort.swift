/// A port of a gateway, as it says itself.
public struct GatewayPort: Sendable, Hashable, Codable {
  /// The name under which the Integration Server knows it, like `HTTPListener@5555`.
  public let listenerKey: String?
  /// Its number.
  public let number: Int?
  /// Its alias.
  public let alias: String?
  /// Whether it takes requests, where the gateway says so.
  public let isEnabled: Bool?

  init(_ answer: AnswerReader) {
    listenerKey = answer.string("listenerKey") ?? answer.string("key")
    number = answer.integer("port")
    alias = answer.string("portAlias")
    isEnabled = answer.bool("enabled")
  }
}
