/// The port through which a gateway that is quiesced for all can still be asked.
public struct QuiescePort: Sendable, Hashable, Codable {
  /// Its number.
  public let number: Int
  /// Its alias, unique on the gateway.
  public let alias: String

  /// A port.
  public init(number: Int, alias: String = "QuiescePort") {
    self.number = number
    self.alias = alias
  }

  /// The name under which the Integration Server knows it.
  public var listenerKey: String { "HTTPListener@\(number)" }
}
