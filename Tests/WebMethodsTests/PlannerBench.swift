import Upgrade

@testable import WebMethods

/// Settings of two old and two new nodes, and their plans.
enum PlannerBench {
  static let file = "bluegreen.json"

  static func node(_ name: String, _ number: Int, hooks: [Gate] = []) -> GatewayNode {
    guard let url = GatewayURL("http://10.0.0.\(number):5555") else { preconditionFailure("no URL of \(number)") }
    return GatewayNode(
      name: name, url: url,
      login: LoginSetting(username: "Administrator", password: .prompt),
      quiescePort: name.hasPrefix("Old") ? QuiescePort(number: 4444) : nil, loadBalancerServer: "10.0.0.\(number):5555",
      hooks: hooks)
  }

  static func settings(
    _ profile: UpgradeProfile, old: Int = 2, new: Int = 2, place: OperatorCommand.Place = .node, hooks: [Gate] = [],
    hasWebhooks: Bool = false, driver: String = "nginx"
  ) -> BlueGreenSettings {
    let command = { (words: String) in OperatorCommand([words], on: place, timeout: 60) }
    return BlueGreenSettings(
      profile: profile, old: GatewaySide(version: .v10_15, nodes: (1...old).map { node("Old-\($0)", $0) }),
      new: profile == .minorCluster
        ? nil : GatewaySide(version: GatewayVersion("11.0"), nodes: (1...new).map { node("New-\($0)", 10 + $0) }),
      source: profile == .major ? Datastore(url: "http://10.0.0.20:9240") : nil,
      target: profile == .major ? Datastore(url: "http://10.0.0.21:9240") : nil,
      migration: profile == .major ? MigrationSettings(properties: [MigrationSettings.tenantKey: "default"]) : nil,
      times: StepTimes(), ssh: SSHSettings(), fix: profile == .minorCluster ? command("/fix") : nil,
      restart: profile == .minorStandalone ? nil : command("/restart it"),
      start: profile == .minorStandalone ? command("/start") : nil,
      webhooks: hasWebhooks ? WebhookSettings(host: "10.0.0.9", port: 8099) : nil,
      loadBalancer: .object(["driver": .string(driver)]), loadBalancers: nil, probes: [], hooks: hooks)
  }

  static func plan(_ settings: BlueGreenSettings) -> Plan { BlueGreenPlanner(settings, file: file).plan }

  /// The plan as a list: stages with `==`, what stands behind them with `then`.
  static func list(_ plan: Plan) -> [String] {
    plan.stages.flatMap { stage in
      ["== \(stage.title)"]
        + stage.lanes.flatMap(\.steps).map { "\($0.node): \($0.phase.title): \($0.act.title)" }
        + stage.interludes.map { "then \($0.title)" }
    }
  }
}
