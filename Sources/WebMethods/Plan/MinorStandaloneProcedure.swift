import Upgrade

/// A fix by new instances on the same datastore.
struct MinorStandaloneProcedure: Sendable {
  let steps: GatewaySteps
  let old: [GatewayNode]
  let new: [GatewayNode]

  private var order: NodeOrder { NodeOrder(names: (new + old).map(\.name)) }

  /// The stages, in their order.
  var stages: [Stage] {
    [start, MajorProcedure.quiesceDesigntime(old, steps), startNew] + newIn + oldOut + [shutdown]
  }

  private var start: Stage {
    Stage(
      "START: see that the old side is healthy",
      lanes: old.map { Lane($0.name, [steps.step($0, .start, steps.healthy($0))]) }, concurrency: old.count,
      mustPassOnAllNodes: true)
  }

  /// Where the run goes back, they are shut down again, so that they can be started again.
  private var startNew: Stage {
    let lanes = new.map { node in
      Lane(
        node.name,
        steps.run(steps.settings.start, "have your command start the gateway", node).map {
          steps.step(node, .startNew, $0, undo: [steps.shutDown(node, by: .administration)])
        } + [steps.step(node, .startNew, steps.healthy(node))])
    }
    return Stage("START NEW: start the new side", lanes: lanes, concurrency: lanes.count, mustPassOnAllNodes: true)
  }

  private var newIn: [Stage] {
    new.enumerated().map { index, node in
      let lane =
        steps.gates(node, .beforeNode, .traffic, order.place(index))
        + [steps.step(node, .traffic, steps.healthy(node))]
        + steps.in(node, .traffic, undo: [steps.disable, steps.drain])
        + steps.gates(node, .afterNode, .traffic, order.place(index))
      return stage("TRAFFIC to \(node.name) too", node, lane, index)
    }
  }

  private var oldOut: [Stage] {
    old.enumerated().map { offset, node in
      let index = new.count + offset
      let lane = steps.gates(node, .beforeNode, .traffic, order.place(index)) + steps.out(node, .traffic)
      return stage("TRAFFIC to \(node.name) no more", node, lane, index)
    }
  }

  private func stage(_ title: String, _ node: GatewayNode, _ lane: [Step], _ index: Int) -> Stage {
    let isLast = index == order.names.count - 1
    return Stage(
      title, lanes: [Lane(node.name, lane)], concurrency: 1, mustPassOnAllNodes: true,
      interludes: isLast ? [] : steps.gates(.betweenWaves, order.place(index, isDone: true)))
  }

  /// The old side refuses `/shutdown` since its design time is quiesced, so its server is told.
  private var shutdown: Stage {
    Stage(
      "SHUTDOWN of the old side",
      lanes: old.map { node in
        Lane(
          node.name,
          [
            steps.step(node, .shutdown, steps.shutDown(node, by: .server), undo: steps.startedAgain(node))
          ])
      }, concurrency: old.count,
      interludes: steps.gates(.atEnd, order.place(order.names.count - 1, isDone: true)))
  }
}
