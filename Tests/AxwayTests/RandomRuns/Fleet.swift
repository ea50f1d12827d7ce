import Synchronization
import TestDoubles
import Upgrade

@testable import Axway

/// A fleet in memory: nodes with processes and sysupgrade, a load balancer in front of them, and whatever goes wrong.
///
/// Every operation is checked against the rules of the upgrade before it is carried out.
final class Fleet: Sendable {
  struct State: Sendable {
    var members: [String: FleetMember]
    /// How many operations there were.
    var operations = 0
    /// The rules that were broken.
    var violations: [String] = []
    var counts: [String: Int] = [:]
  }

  let scenario: Scenario
  let plan: Plan
  let clock = ManualClock()
  private let state: Mutex<State>

  init(_ scenario: Scenario, _ plan: Plan) {
    self.scenario = scenario
    self.plan = plan
    state = Mutex(State(members: Dictionary(uniqueKeysWithValues: scenario.members.map { ($0.node.name, $0) })))
  }

  /// The state now.
  var snapshot: State { access { $0 } }

  /// Notes a broken rule.
  func violate(_ text: String) { access { $0.violations.append(text) } }

  /// Does something with the state, at the clock's time.
  func access<Value: Sendable>(_ body: (inout State) throws -> sending Value) rethrows -> sending Value {
    let time = ManualClock().now.duration(to: clock.now)
    return try state.withLock { state in
      state.operations += 1
      for name in state.members.keys { state.members[name]?.pass(to: time) }
      return try body(&state)
    }
  }

  /// What goes wrong with `operation` on `node` this time.
  func fault(_ node: String, _ operation: String, isLook: Bool, _ state: inout State) -> Fault? {
    guard scenario.faults.permille > 0 else { return nil }
    let key = "\(node) \(operation)"
    let count = state.counts[key, default: 0]
    state.counts[key] = count + 1
    return scenario.faults.fault(key, count, isLook: isLook)
  }

  /// When a stop that takes too long has its effect.
  var lateEnd: Duration {
    ManualClock().now.duration(to: clock.now) + .seconds(scenario.options.shutdownTime) * 0.75
  }
}

// What happens to a node by itself.
extension Fleet {
  func die(_ name: String) {
    access { state in
      state.members[name]?.isDead = true
      state.members[name]?.running = []
      state.members[name]?.inFlight = 0
      state.members[name]?.failedByItself = state.operations
    }
  }

  func fallSick(_ name: String) {
    access { state in
      state.members[name]?.sick = [.old, .new]
      state.members[name]?.failedByItself = state.operations
    }
  }
}

// The commands on the nodes.
extension Fleet: CommandHandler {
  func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    try access { state in
      guard let known = scenario.commands[node]?[command.text], let member = state.members[node] else {
        state.violations.append("a command that CommandBuilder does not make: \(command.text)")
        return .code(127)
      }
      check(known, member, &state)
      guard !member.isDead else { throw Failure(.unreachable, "\(node) is dead") }
      let fault = fault(node, command.text, isLook: known.isLook, &state)
      return try carryOut(known, on: node, fault, &state)
    }
  }

  private func carryOut(
    _ command: FleetCommand, on node: String, _ fault: Fault?, _ state: inout State
  ) throws -> CommandExit {
    if case .look(let process) = command, fault == nil { return isRunning(process, on: node, state) }
    if case .service(let process, .status) = command, fault == nil { return isRunning(process, on: node, state) }
    guard let fault else { return effect(of: command, on: node, &state) }
    if fault.hasEffect { _ = effect(of: command, on: node, &state) }
    switch fault {
    case .refused: return .code(command.isLook ? 2 : 1)
    case .signal: return .signal("KILL")
    case .late:
      if case .service(let process, .stop) = command, state.members[node]?.running.contains(process) == true {
        state.members[node]?.ending[process] = lateEnd
      }
      throw Failure(.timeout, "took too long")
    case .timeout: throw Failure(.timeout, "took too long")
    case .lost: throw Failure(.unreachable, "the connection was lost")
    }
  }

  private func isRunning(_ process: FleetProcess, on node: String, _ state: State) -> CommandExit {
    .code(state.members[node]?.running.contains(process) == true ? 0 : 1)
  }

  /// Does what `command` does, unless the real one would refuse it.
  private func effect(of command: FleetCommand, on node: String, _ state: inout State) -> CommandExit {
    guard var member = state.members[node] else { return .code(127) }
    var code: Int32 = 0
    switch command {
    case .export:
      let isConsistent = state.members.values.allSatisfy { $0.isRunning(.old) }
      if isConsistent { member.sysupgrade = .exported } else { code = 1 }
    case .upgrade: if member.sysupgrade >= .exported { member.sysupgrade = .upgraded } else { code = 1 }
    case .apply:
      if member.sysupgrade == .upgraded {
        member.sysupgrade = .applied
        member.running.formUnion(member.processes(.new))
      } else {
        code = 1
      }
    case .service(let process, .start):
      // What is still ending is taken for running.
      if !member.running.contains(process), process.installation == .old || member.sysupgrade == .applied {
        member.running.insert(process)
      }
      if !member.running.contains(process) { code = 1 }
    case .service(let process, .stop):
      member.running.remove(process)
      member.ending[process] = nil
    case .look, .service(_, .status): break
    }
    state.members[node] = member
    return .code(code)
  }
}
