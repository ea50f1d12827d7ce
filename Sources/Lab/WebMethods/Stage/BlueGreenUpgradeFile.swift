import FoundationEssentials
import Upgrade

/// The configuration file of `zdupgrade bluegreen` for a stage.
struct BlueGreenUpgradeFile: Sendable {
  let description: BlueGreenDescription

  /// The level of the fix that the operator's command applies.
  static let fixLevel = "Fix 9"

  /// Seconds. A gateway counts its drain in minutes, so it is told of one; it ends as soon as its clients are done.
  private static let timeouts = [
    "answer": 10, "pollInterval": 1, "settling": 3, "start": 60, "clean": 300, "quiesceDesigntime": 60,
    "reindexCore": 1800, "transform": 1800, "restart": 60, "drain": 60, "quiesceAll": 60, "reindexLogs": 1800,
    "shutdownDrain": 60, "shutdown": 90,
  ]

  private var layout: BlueGreenLayout { BlueGreenLayout(directory: description.directory) }

  /// Writes it.
  func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(setting), as: UTF8.self)
    try TextFile.write(text + "\n", to: layout.upgrade)
  }

  /// What it says.
  private var setting: Setting {
    let common: [String: Setting] = [
      "profile": .string(description.profile.rawValue), "old": side(description.old),
      "timeouts": .object(Self.timeouts.mapValues { .number(Double($0)) }),
      "loadBalancer": BlueGreenBalancer(description: description).setting, "restart": command("restart"),
      "webhooks": .object(["listen": .string(description.webhooks), "auth": login("gateways", layout.webhookPassword)]),
    ]
    return .object(common.merging(own) { $1 })
  }

  /// What only this profile has. A new gateway is started by a restart too: that may be done again.
  private var own: [String: Setting] {
    switch description.profile {
    case .major: ["new": side(description.new)].merging(data) { $1 }
    case .minorCluster: ["fix": command("fix", "--level", Self.fixLevel)]
    case .minorStandalone: ["new": side(description.new), "start": command("restart")]
    }
  }

  private var data: [String: Setting] {
    let source = [
      "url": Setting.string("http://\(description.oldDatastore)"),
      "username": .string(description.datastoreUsername), "password": secret(layout.datastorePassword),
    ]
    return [
      "source": .object(source), "target": .object(["url": .string("http://\(description.newDatastore)")]),
      "migration": .object([
        "backup": .bool(description.hasPathRepo),
        "properties": .object(["apigateway.migration.srcTenantName": .string(description.tenant)]),
      ]),
    ]
  }

  private func side(_ nodes: [BlueGreenNode]) -> Setting {
    .object([
      "version": .string(nodes.first?.version.rawValue ?? "auto"), "username": .string(description.username),
      "password": secret(layout.password), "nodes": .array(nodes.map(node)),
    ])
  }

  private func node(_ node: BlueGreenNode) -> Setting {
    var fields: [String: Setting] = [
      "name": .string(node.name), "adminURL": .string(node.url), "loadBalancerServer": .string(node.server),
    ]
    if node.isOld { fields["quiescePort"] = .object(["number": .number(Double(node.quiescePort))]) }
    return .object(fields)
  }

  private func login(_ username: String, _ password: String) -> Setting {
    .object(["username": .string(username), "password": secret(password)])
  }

  private func secret(_ file: String) -> Setting { .object(["file": .string(file)]) }

  /// What an operator would do at the machine. Two of them for one gateway wait for one another: one whose `zdupgrade`
  /// was killed may still be under way when it is run again.
  private func command(_ act: String...) -> Setting {
    let script = #"s=$1; shift; exec flock -o "$s/$ZDU_NODE.lock" "$0" bluegreen node "$s" "$ZDU_NODE" "$@""#
    let words = ["/bin/sh", "-c", script, description.program, description.directory] + act
    return .object(["command": .array(words.map(Setting.string)), "on": .string("control"), "timeout": .number(60)])
  }
}
