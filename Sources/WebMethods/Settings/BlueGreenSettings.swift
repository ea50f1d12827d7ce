import Upgrade

/// What is upgraded, and how: the content of a `bluegreen.json`. It holds no secret, only where each is.
public struct BlueGreenSettings: Sendable, Hashable {
  /// The procedure.
  public let profile: UpgradeProfile
  /// The side that serves now.
  public let old: GatewaySide
  /// The side that takes over; nil with `minorCluster`, whose nodes are upgraded where they are.
  public let new: GatewaySide?
  /// The old side's datastore; there with `major`.
  public let source: Datastore?
  /// The new side's datastore, which is emptied; there with `major`. Its login is only for seeing that it is not the source.
  public let target: Datastore?
  /// What is handed to the migration; there with `major`.
  public let migration: MigrationSettings?
  /// How long things may take.
  public let times: StepTimes
  /// How hosts are reached where their nodes have no settings of their own.
  public let ssh: SSHSettings
  /// Applies the fix to a node; there with `minorCluster`.
  public let fix: OperatorCommand?
  /// Starts an old gateway that is down or quiesced for all; there with `major` and `minorCluster`.
  public let restart: OperatorCommand?
  /// Starts a new gateway; there with `minorStandalone`.
  public let start: OperatorCommand?
  /// Where gateways tell what has happened; nil where polling does.
  public let webhooks: WebhookSettings?
  /// What the file says about the load balancer; nil for none.
  public let loadBalancer: Setting?
  /// The same for several; nil where there is one or none.
  public let loadBalancers: [Setting]?
  /// What is asked through the load balancer during the run.
  public let probes: [ProbeSetting]
  /// The gates of the run and of every node.
  public let hooks: [Gate]

  /// All nodes, the old ones first.
  public var nodes: [GatewayNode] { old.nodes + (new?.nodes ?? []) }

  /// The environment variables that hold secrets; no program that is started may get them.
  public var secretVariables: [String] {
    let logins = nodes.map(\.login) + [source?.login, target?.login, webhooks?.login].compactMap(\.self)
    let names = logins.compactMap { if case .environment(let name) = $0.password { name } else { nil } }
    return Set(names).sorted()
  }

  /// The node of that name.
  ///
  /// - Throws: `Failure` of kind `.refused` with the near match.
  public func node(named name: String) throws(Failure) -> GatewayNode {
    guard let node = nodes.first(where: { $0.name == name }) else {
      let names = nodes.map(\.name)
      let hint = NearMatch.hint(for: name, among: names)
      throw Failure(
        .refused, "'\(PlainText.oneLine(name))' is none of \(names.joined(separator: ", "))\(hint)")
    }
    return node
  }
}
