import Upgrade

/// What is left to the operator after an upgrade that has succeeded. Pure.
///
/// Source: what the vendor's rollback does not take back and its upgrade does not touch (external tables, ActiveMQ, the
/// metrics database, Cassandra data, quotas, `acl.json`, jars), and that old and new installations stand side by side.
struct Checklist: Sendable {
  private let topology: Topology
  private let options: UpgradeOptions

  init(_ topology: Topology, _ options: UpgradeOptions) {
    self.topology = topology
    self.options = options
  }

  /// The items, the most urgent first.
  var items: [String] {
    [databases] + cassandra
      + [
        "API Manager: where it is installed, run posix/bin/update-apimanager of the new version once for its group",
        "a shared ActiveMQ directory: the new version has used it; see that nothing of the old one does any more",
        "the metrics database: compare its schema with the new version's, and see that new records come in",
        "acl.json, jars in ext/lib and upgrade/lib, jvm.xml and other files changed by hand: compare old and new on "
          + "each node; what was found there and what UPGRADE has warned of stands below",
        "redaction files, changed OAuth samples, API firewalling and instances' service.xml: none of them is taken over; "
          + "carry over what is still needed",
        "quotas were reset: tell who counts on them",
        "start at boot: services and init scripts still name \(options.oldInstallDir ?? "the old installation"); have "
          + "them start \(options.newInstallDir ?? "the new one")",
        "Policy Studio, scripts and monitoring: use those of the new version, against Admin Node Manager "
          + (options.anmHost ?? adminHosts.first ?? "of the domain"),
        "the old installation is stopped but still there, on \(topology.nodes.map(\.name).listed): it is the way back; "
          + "remove it when it is not wanted any more",
      ] + probes
  }

  private var databases: String {
    options.skipsDatabaseUpgrade
      ? "external OAuth and KPS tables: --skip_db_upgrade was given, so upgrade them by hand before they are used"
      : "external OAuth and KPS tables: they were upgraded where sysupgrade had the JDBC jars; see its warnings"
  }

  private var cassandra: [String] {
    guard !options.cassandra.isAbsent else { return [] }
    let host = options.cassandra.host.map { " (\($0)\(options.cassandra.port.map { ":\($0)" } ?? ""))" } ?? ""
    return ["Cassandra\(host): back it up in its new state; what was written to the old one since is not in it"]
  }

  private var adminHosts: [String] { topology.nodes.filter { $0.nodeManager == .admin }.map(\.host) }

  private var probes: [String] {
    let unseen = topology.nodes.flatMap { node in
      node.instances.filter { $0.healthURL == nil }.map { "'\($0.name)' on \(node.name)" }
    }
    guard !unseen.isEmpty else { return [] }
    return ["no healthURL is known for \(unseen.listed): send each a request by hand"]
  }
}
