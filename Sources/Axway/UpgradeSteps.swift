import Upgrade

/// The steps of the upgrade on one node, in the order in which they are done (the original's `upgrade_steps`).
///
/// What undoes them, read from the last step to the first, is the vendor's way back: traffic off, new instances and
/// Node Manager stopped, old Node Manager and instances started, health, traffic on.
public struct UpgradeSteps: Sendable {
  private let node: Topology.Node
  private let options: UpgradeOptions
  private let commands: CommandBuilder

  /// The steps of `node`.
  public init(_ node: Topology.Node, _ options: UpgradeOptions, _ commands: CommandBuilder) {
    self.node = node
    self.options = options
    self.commands = commands
  }

  /// How a node is found, and which gates stand around it.
  public struct Setting: Sendable {
    /// Whether it serves nobody before.
    let isDown: Bool
    /// The gates before and after it.
    let gates: [Gate]
    /// Where it stands in the run.
    let place: GatePlace
  }

  /// EXPORT.
  public var export: [Step] {
    [step(.export, "export the old configuration", sysupgrade(commands.export))]
  }

  /// UPGRADE.
  public var upgrade: [Step] {
    [step(.upgrade, "convert the exported configuration", sysupgrade(commands.upgrade))]
  }

  /// PRE-APPLY, APPLY and POST-APPLY.
  public func roll(_ setting: Setting) -> [Step] { preApply(setting) + apply + postApply(setting) }

  private func preApply(_ setting: Setting) -> [Step] {
    gates(setting, .beforeNode, .preApply) + outOfService(setting)
      + node.instances.map { step(.preApply, stop($0, .old), undo: [start($0, .old, settling: true)]) }
      + [step(.preApply, stopNodeManager(.old), undo: [startNodeManager(.old, settling: true)])]
  }

  /// A node without instances gets no requests, so no load balancer knows it.
  private func outOfService(_ setting: Setting) -> [Step] {
    guard !node.instances.isEmpty else { return [] }
    // Who served nobody before need not do so after a rollback.
    guard !setting.isDown else {
      return [step(.preApply, disable, undo: [enable]), step(.preApply, confirm(mayBeBusy: true))]
    }
    return [
      step(.preApply, disable, undo: health(of: .old) + [enable, serve]),
      step(.preApply, drain),
      step(.preApply, confirm(mayBeBusy: options.onDrainTimeout == .force)),
    ]
  }

  private var apply: [Step] {
    [
      step(
        .apply, Act("create and start the new Node Manager and instances", sysupgrade(commands.apply)),
        undo: node.instances.map { stop($0, .new) } + [stopNodeManager(.new)])
    ]
  }

  private func postApply(_ setting: Setting) -> [Step] {
    [step(.postApply, startNodeManager(.new))]
      + node.instances.map { step(.postApply, start($0, .new)) }
      + health(of: .new).map { step(.postApply, $0) }
      + (node.instances.isEmpty
        ? []
        : [
          step(
            .postApply, enable, undo: [disable, drain, confirm(mayBeBusy: options.onDrainTimeout == .force)]),
          step(.postApply, serve),
        ])
      + gates(setting, .afterNode, .postApply)
  }

  private func gates(_ setting: Setting, _ point: Gate.Point, _ phase: Phase) -> [Step] {
    setting.gates.filter { $0.point == point }.map { step(phase, Act($0.title, .gate($0, setting.place))) }
  }
}

// The acts, each by what it says.
extension UpgradeSteps {
  private var disable: Act { Act("take the node out of the load balancer", .balancer(.disable)) }
  private var drain: Act {
    Act(
      "wait until no request is in flight to the node",
      .balancer(.drain(deadline: options.drainTime, options.onDrainTimeout)))
  }
  private func confirm(mayBeBusy: Bool) -> Act {
    Act("see that the node is still out and the others still serve", .balancer(.confirm(mayBeBusy: mayBeBusy)))
  }
  private var enable: Act { Act("put the node back into the load balancer", .balancer(.enable)) }
  private var serve: Act {
    Act("see that the load balancer takes the node for a serving one", .balancer(.serve(deadline: options.startupTime)))
  }

  private func stop(_ instance: Topology.Instance, _ installation: CommandBuilder.Installation) -> Act {
    Act(
      "stop the \(installation.rawValue) instance '\(instance.name)' of '\(instance.group)'",
      .ensure(
        goal(.stopped, commands.instanceProcess(instance, installation)) {
          commands.instance(instance, installation, $0)
        }))
  }

  private func start(
    _ instance: Topology.Instance, _ installation: CommandBuilder.Installation, settling: Bool = false
  ) -> Act {
    Act(
      "have the \(installation.rawValue) instance '\(instance.name)' of '\(instance.group)' running",
      .ensure(
        goal(.running, commands.instanceProcess(instance, installation), settling: settling) {
          commands.instance(instance, installation, $0)
        }))
  }

  private func stopNodeManager(_ installation: CommandBuilder.Installation) -> Act {
    Act(
      "stop the \(installation.rawValue) Node Manager",
      .ensure(goal(.stopped, commands.nodeManagerProcess(installation)) { commands.nodeManager(installation, $0) }))
  }

  private func startNodeManager(_ installation: CommandBuilder.Installation, settling: Bool = false) -> Act {
    Act(
      "have the \(installation.rawValue) Node Manager running",
      .ensure(
        goal(.running, commands.nodeManagerProcess(installation), settling: settling) {
          commands.nodeManager(installation, $0)
        }))
  }

  private func goal(
    _ wanted: ProcessGoal.State, _ fallback: Command, settling: Bool = false,
    _ command: (CommandBuilder.Service) -> Command
  ) -> ProcessGoal {
    ProcessGoal(
      wanted, check: command(.status), fallback: fallback, act: command(wanted == .running ? .start : .stop),
      deadline: wanted == .running ? options.startupTime : options.shutdownTime,
      settling: settling ? options.shutdownTime : 0)
  }

  private func health(of installation: CommandBuilder.Installation) -> [Act] {
    node.instances.compactMap { instance in
      instance.healthURL.map {
        Act(
          "see that the \(installation.rawValue) instance '\(instance.name)' answers its health check",
          .answer(HealthCheck($0, deadline: options.startupTime)))
      }
    }
  }

  private func sysupgrade(_ command: Command) -> Action {
    .run(command, timeout: options.stepTime)
  }

  private func step(_ phase: Phase, _ title: String, _ action: Action) -> Step {
    step(phase, Act(title, action))
  }

  private func step(_ phase: Phase, _ act: Act, undo: [Act] = []) -> Step {
    Step(node.name, phase, act, undo: undo)
  }
}
