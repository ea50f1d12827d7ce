/// One gateway of a blue-green stage.
public struct BlueGreenNode: Sendable, Hashable, Codable {
  /// Its name.
  public let name: String
  /// Whether it is one of the old gateways.
  public let isOld: Bool
  /// Its version.
  public let version: GatewayVersion
  /// Its loopback address.
  public let address: String
  /// The port of the administration and of the APIs.
  public let port: Int
  /// A free port for quiescing; nobody has made one of it yet.
  public let quiescePort: Int

  /// The server's URL, without a slash at the end: the administration is below `/rest/apigateway`.
  public var url: String { "http://\(address):\(port)" }
  /// The same through the quiesce port.
  public var quiesceURL: String { "http://\(address):\(quiescePort)" }
  /// Its name in the load balancer.
  public var server: String { "\(address):\(port)" }
}
