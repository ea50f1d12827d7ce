import Upgrade

@testable import Axway

/// A random case: a topology, what the operator wants, how the fleet is found, and what will go wrong.
struct Scenario: Sendable {
  /// What happens by itself when so many events were recorded.
  struct Trigger: Sendable {
    enum Act: Sendable {
      case breach, stop
      case die(String)
      case fallSick(String)
    }

    let event: Int
    let act: Act
  }

  static let secrets: [SecretName: Secret] = [.password: Secret("p"), .domainPassphrase: Secret("d")]

  let seed: UInt64
  let topology: Topology
  let options: UpgradeOptions
  let members: [FleetMember]
  /// The commands that are known, by node and by their text.
  let commands: [String: [String: FleetCommand]]
  /// The first Admin Node Manager's node.
  let first: String
  let faults: FaultPlan
  let triggers: [Trigger]
  let reaction: BreachReaction
  let policy: RollbackPolicy
  /// Whether the balancer says how a node stands.
  let balancerTells: Bool
  let pollsUntilDrained: Int
  /// Whether the operator lets a run go on that waits; else it is stopped.
  let isPatient: Bool

  /// How the nodes were found before.
  var observed: [String: Observation] {
    Dictionary(
      uniqueKeysWithValues: members.map { ($0.node.name, Observation($0.sysupgrade, isDown: $0.isFoundDown)) })
  }

  /// Whether nothing can go wrong at all.
  var isUndisturbed: Bool {
    faults.permille == 0 && triggers.isEmpty && isPatient
      && members.allSatisfy { !$0.sick.contains(.new) && (!$0.isStuck || options.onDrainTimeout == .force) }
  }
}
