import Upgrade

@testable import Axway

// The rules that no command may break, whatever went wrong before.
extension Fleet {
  func check(_ command: FleetCommand, _ member: FleetMember, _ state: inout State) {
    switch command {
    case .apply: checkApply(on: member, &state)
    case .export where member.sysupgrade > .notStarted:
      state.violations.append("\(member.node.name): exported again")
    case .upgrade where member.sysupgrade < .exported:
      state.violations.append("\(member.node.name): upgrade without an export")
    case .service(let process, .stop): checkStop(of: process, on: member, &state)
    default: break
    }
  }

  /// Never before all exports and upgrades have passed, nor before the first Admin Node Manager's apply has.
  private func checkApply(on member: FleetMember, _ state: inout State) {
    let name = member.node.name
    for other in state.members.values where other.sysupgrade < .upgraded {
      state.violations.append("\(name): apply, and \(other.node.name) says '\(other.sysupgrade.rawValue)'")
    }
    if let first = state.members[scenario.first], name != scenario.first {
      let isUp = first.running.contains(FleetProcess(installation: .new, instance: nil)) || first.isDead
      if first.sysupgrade != .applied || !isUp {
        state.violations.append("\(name): apply before that of \(scenario.first)")
      }
    }
    if !member.isStopped(.old), !member.isDead { state.violations.append("\(name): apply while the old one runs") }
    if !member.isStopped(.new) { state.violations.append("\(name): apply while the new one runs") }
  }

  /// Nothing is stopped on a node that gets requests, or has some left.
  private func checkStop(of process: FleetProcess, on member: FleetMember, _ state: inout State) {
    guard !member.node.instances.isEmpty else { return }
    if member.isEnabled { state.violations.append("\(member.node.name): stop of \(process) while in the balancer") }
    if member.inFlight > 0, scenario.options.onDrainTimeout == .abort {
      state.violations.append("\(member.node.name): stop of \(process) with \(member.inFlight) requests in flight")
    }
  }

  /// Called when the run takes `name` out while it serves: its groups keep their floors.
  ///
  /// A node that died by itself after the run had begun to look is not the run's fault.
  func checkFloors(without name: String, _ state: inout State) {
    guard let member = state.members[name] else { return }
    for group in member.node.groups {
      let serving = state.members.values.filter { other in
        guard other.node.name != name, other.node.groups.contains(group) else { return false }
        let isUnseen = (other.failedByItself ?? -1) >= member.lookedAt
        return other.isServing
          || (other.isEnabled && (isUnseen || !other.isVisible(toBalancer: scenario.balancerTells)))
      }
      let floor = plan.floor(of: group)
      guard serving.count < floor else { continue }
      state.violations.append(
        "\(name): taken out, and \(serving.count) nodes serve '\(group)', of which \(floor) must")
    }
  }
}
