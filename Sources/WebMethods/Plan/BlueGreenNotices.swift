import Upgrade

/// What the operator must know before a blue-green upgrade: the administrator's part of it among others.
struct BlueGreenNotices: Sendable {
  let settings: BlueGreenSettings
  let file: String
  let old: GatewayVersion?
  let new: GatewayVersion?

  /// All of it, in the order in which it matters.
  var all: [String] {
    let sides =
      "from \(old?.description ?? "an unknown version") (\(names(settings.old.nodes)))"
      + (settings.new.map { " to \(new?.description ?? "an unknown version") (\(names($0.nodes)))" } ?? "")
    let balancer =
      hasNoBalancer ? ["no load balancer: requests that are in flight when a node is stopped are lost"] : []
    switch settings.profile {
    case .major: return [sides] + datastores + checklist + balancer + logs
    case .minorCluster, .minorStandalone: return [sides] + balancer
    }
  }

  /// What no rollback takes back.
  var notUndone: [String] {
    switch settings.profile {
    case .major:
      [
        "what was in the new datastore before CLEAN" + (hasBackup ? "; its backup is in its path.repo" : ""),
        "the quiesce ports that were made on the old side",
        "transactions that the new side has counted: they stay in the new datastore, until a resumed run empties it",
      ]
    case .minorCluster: ["a fix that your command has applied"]
    case .minorStandalone: ["what the new side has written to the datastore that both have"]
    }
  }

  private var datastores: [String] {
    guard let source = settings.source, let target = settings.target else { return [] }
    let tenant = settings.migration?.properties[MigrationSettings.tenantKey] ?? "?"
    return [
      "data is copied from \(source.url), tenant '\(tenant)', to \(target.url)",
      "\(target.url) is emptied first, \(hasBackup ? "behind a backup into its path.repo" : "without a backup")",
    ]
  }

  private var checklist: [String] {
    [
      "the administrator's part, since only what is in the datastore is copied:",
      "- files of the old installation that its configuration names: key stores, certificates, property files",
      "- ports, where the cluster property portClusteringEnabled is false",
      "- custom packages of the Integration Server, and what they need",
      "- SAML files, and the metadata of identity providers",
    ]
  }

  private var logs: [String] {
    [
      "if REINDEX LOGS fails, the upgrade stands and the new side serves; the old side is not shut down, so that logs can "
        + "still be copied: 'resume' tries again, or copy the indices by hand with the datastore's own _reindex"
    ]
  }

  private var hasBackup: Bool { settings.migration?.hasBackup ?? true }

  private var hasNoBalancer: Bool {
    Setting.drivers(of: settings.loadBalancer, orAll: settings.loadBalancers) == "none"
  }

  private func names(_ nodes: [GatewayNode]) -> String { nodes.map(\.name).joined(separator: ", ") }
}
