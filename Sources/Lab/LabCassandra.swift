/// Where a lab's stand-in for Cassandra listens: it takes connections, and that is all that an upgrade's checks ask.
public struct LabCassandra: Sendable, Hashable, Codable {
  /// Its loopback address.
  public let address: String
  /// Its TCP port.
  public let port: Int

  /// The address as `--cass_host` takes it: sysupgrade refuses what looks like localhost, and a lab has nothing else, so it
  /// is written as an IPv6 address.
  public var host: String { "::ffff:\(address)" }
}
