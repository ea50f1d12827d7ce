import Upgrade

/// The steps that the procedures are made of, each by what it says.
struct GatewaySteps: Sendable {
  let settings: BlueGreenSettings
  let actions: GatewayActions
  let onDrainTimeout: DrainTimeout

  /// A step of `node`.
  func step(_ node: GatewayNode, _ phase: Phase, _ act: Act, undo: [Act] = [], until end: Phase? = nil) -> Step {
    Step(node.name, phase, act, undo: undo, until: end)
  }

  /// Asks `node` for `operation`.
  func ask(_ node: GatewayNode, _ title: String, _ operation: GatewayOperation) -> Act {
    Act(title, actions.action(operation, on: node))
  }

  /// Waits until `node` serves.
  func healthy(_ node: GatewayNode) -> Act { ask(node, "see that the gateway is healthy", .ensureHealthy) }

  /// Runs the operator's command; none where the file has none.
  func run(_ command: OperatorCommand?, _ title: String, _ node: GatewayNode) -> [Act] {
    command.map { [Act(title, actions.action($0, for: node))] } ?? []
  }

  /// Has the operator's command start the gateway again, and sees that it serves; none where the file has no command.
  func startedAgain(_ node: GatewayNode) -> [Act] {
    let run = run(settings.restart, "have your command start the gateway again", node)
    return run.isEmpty ? [] : run + [healthy(node)]
  }

  /// Sees that the gateway's side tells its events, where there is a listener.
  func webhook(_ node: GatewayNode, _ phase: Phase) -> [Step] {
    guard settings.webhooks != nil else { return [] }
    return [step(node, phase, ask(node, "see that its side's webhook is registered", .registerWebhook))]
  }

  /// Tells it to shut down, and sees that it did.
  func shutDown(_ node: GatewayNode, by route: ShutdownRoute) -> Act {
    ask(
      node, "shut the gateway down when its clients are done",
      .shutDown(route, minutes: settings.times.shutdownDrainMinutes))
  }

  /// Takes the node out of the load balancer, and sees that nothing is in flight to it.
  func out(_ node: GatewayNode, _ phase: Phase) -> [Step] {
    [
      step(node, phase, disable, undo: [enable, serve]), step(node, phase, drain),
      step(node, phase, confirm),
    ]
  }

  /// Puts the node into the load balancer.
  func `in`(_ node: GatewayNode, _ phase: Phase, undo: [Act]) -> [Step] {
    [step(node, phase, enable, undo: undo), step(node, phase, serve)]
  }

  /// The gates at `point` around `node`: those of the run, and its own.
  func gates(_ node: GatewayNode, _ point: Gate.Point, _ phase: Phase, _ place: GatePlace) -> [Step] {
    (settings.hooks + node.hooks).filter { $0.point == point }.map {
      step(node, phase, Act($0.title, .gate($0, place)))
    }
  }

  /// The run's gates at `point`, between two stages.
  func gates(_ point: Gate.Point, _ place: GatePlace) -> [Interlude] {
    settings.hooks.filter { $0.point == point }.map { .gate($0, place) }
  }

  /// Sends it no new request.
  var disable: Act { Act("take the node out of the load balancer", .balancer(.disable)) }
  /// Waits until nothing is in flight.
  var drain: Act {
    Act(
      "wait until no request is in flight to the node",
      .balancer(.drain(deadline: actions.seconds(.drain), onDrainTimeout)))
  }
  /// Looks again right before it matters.
  var confirm: Act {
    Act(
      "see that the node is still out and the others still serve",
      .balancer(.confirm(mayBeBusy: onDrainTimeout == .force)))
  }
  /// Sends it requests.
  var enable: Act { Act("put the node into the load balancer", .balancer(.enable)) }
  /// Sees that it gets them.
  var serve: Act {
    Act(
      "see that the load balancer takes the node for a serving one",
      .balancer(.serve(deadline: actions.seconds(.start))))
  }
}

/// Where the nodes stand that are taken in or out one after another: what their gates are told.
struct NodeOrder: Sendable {
  let names: [String]

  /// The place of the node with this index, when `done` of them are.
  func place(_ index: Int, isDone: Bool = false) -> GatePlace {
    let done = isDone ? index + 1 : index
    return GatePlace(
      wave: index + 1, waves: names.count, done: Array(names[..<done]), remaining: Array(names[done...]))
  }
}
