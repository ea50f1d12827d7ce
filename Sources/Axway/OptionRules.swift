import Upgrade

/// What must be true of topology and options together, and can be said without looking at a node. Pure.
public enum OptionRules {
  /// All problems, not only the first.
  public static func problems(_ topology: Topology, _ options: UpgradeOptions) -> [Problem] {
    cassandraProblems(topology, options.cassandra)
  }

  /// sysupgrade refuses a localhost Cassandra for several nodes, but only when EXPORT is already done everywhere.
  private static func cassandraProblems(
    _ topology: Topology, _ cassandra: UpgradeOptions.Cassandra
  ) -> [Problem] {
    if cassandra.isAbsent {
      guard cassandra.host != nil || cassandra.port != nil || cassandra.username != nil || cassandra.hasPassword else {
        return []
      }
      return [
        Problem(node: nil, "--no_cassandra contradicts the other Cassandra options", remedy: "give one or the other")
      ]
    }
    guard topology.nodes.count > 1, isLocal(cassandra.host ?? "localhost") else { return [] }
    let given =
      cassandra.host.map { "--cass_host \($0) is a localhost address" } ?? "no --cass_host, which means localhost"
    return [
      Problem(
        node: nil, "\(given), and sysupgrade refuses that for several nodes",
        remedy: "give an address that every node can reach over the network, or --no_cassandra")
    ]
  }

  static func isLocal(_ host: String) -> Bool {
    let name = host.lowercased().trimmingBrackets
    return [
      "localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "::1", "0:0:0:0:0:0:0:1", "localhost.",
    ]
    .contains(name) || (name.hasPrefix("127.") && name.allSatisfy { $0.isNumber || $0 == "." })
  }
}

extension String {
  fileprivate var trimmingBrackets: String {
    hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
  }
}
