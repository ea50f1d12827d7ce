import Upgrade

/// Recognises the messages of `sysupgrade` and says what they mean for the operator.
///
/// Source: the vendor's error reference for sysupgrade and its FAQ.
public struct SysupgradeDiagnosis: Diagnosis {
  /// A message is known by fragments that stand in one line in this order.
  private struct Known {
    let fragments: [String]
    let meaning: String
  }

  /// The diagnosis.
  public init() {}

  /// Whether the line is a warning of sysupgrade, and what it means where the message is known.
  public func reading(of line: String) -> LineReading {
    LineReading(
      isWarning: line.drop { $0 == " " }.hasPrefix("WARN"),
      meaning: Self.known.first { Self.stands($0.fragments, in: line) }?.meaning)
  }

  private static func stands(_ fragments: [String], in line: String) -> Bool {
    var rest = line[...]
    for fragment in fragments {
      guard let range = rest.range(of: fragment) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }

  private static let known = [
    Known(
      fragments: ["Group '", "is inconsistent. Upgrade requires all groups to be consistent."],
      meaning:
        "the Node Manager of another node is down, or the group's configurations differ: start every Node Manager, "
        + "deploy one configuration to the group, and run export again"),
    Known(
      fragments: ["Host '", "is not a valid host in the topology. Retry with --anm_host"],
      meaning: "--anm_host is not a host name of the domain's topology; the message lists the valid ones"),
    Known(
      fragments: ["Host '", "does not have an Admin Node Manager"],
      meaning: "--anm_host names a plain node; give the host of the first Admin Node Manager"),
    Known(
      fragments: ["This is a multi-node upgrade and a localhost Cassandra server"],
      meaning: "give an address in --cass_host that every node can reach over the network"),
    Known(
      fragments: ["A LicenseException (", "occurred while checking licenses"],
      meaning: "there is no valid licence in apigateway/conf/licenses of the new installation"),
    Known(
      fragments: ["OAuth/KPS tables must be upgraded in the following external databases"],
      meaning: "put the databases' JDBC jars into upgrade/lib of the new installation, or give --skip_db_upgrade"),
    Known(
      fragments: ["RBAC permissions file has been modified on old system"],
      meaning: "merge your changes of acl.json into the new installation before apply, or apply cannot log in"),
    Known(
      fragments: ["Found duplicate 'apiadmin' users in KPS table"],
      meaning: "the KPS of the old system holds 'apiadmin' twice: delete one there and run export again"),
    Known(
      fragments: ["Group '", "contains KPS collections with Cassandra data source"],
      meaning: "the domain uses Cassandra: do not give --no_cassandra"),
    Known(
      fragments: ["Failed to sign CSR for service", "have the domain private key"],
      meaning: "--anm_host is not the first Admin Node Manager, or its new Node Manager is down"),
    Known(
      fragments: ["OutOfMemory"],
      meaning: "raise -Xmx in system/conf/jvm.xml of the new installation and run upgrade again"),
    Known(
      fragments: ["out of memory"],
      meaning: "raise -Xmx in system/conf/jvm.xml of the new installation and run upgrade again"),
  ]
}
