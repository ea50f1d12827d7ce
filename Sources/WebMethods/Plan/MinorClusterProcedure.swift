import Upgrade

/// A fix for the nodes of a cluster, one after another, on the same datastore.
struct MinorClusterProcedure: Sendable {
  let steps: GatewaySteps
  let nodes: [GatewayNode]

  private var order: NodeOrder { NodeOrder(names: nodes.map(\.name)) }

  /// The stages, in their order.
  var stages: [Stage] {
    [start] + nodes.enumerated().map(roll)
  }

  /// A node may be told to go back before anything else was done to it; what has lapsed is then all there is to forget.
  private var start: Stage {
    Stage(
      "START: see that the cluster is healthy",
      lanes: nodes.map { Lane($0.name, [steps.step($0, .start, steps.healthy($0), until: .start)]) },
      concurrency: nodes.count,
      mustPassOnAllNodes: true)
  }

  private func roll(_ index: Int, _ node: GatewayNode) -> Stage {
    let isLast = index == nodes.count - 1
    let settings = steps.settings
    let lane =
      steps.gates(node, .beforeNode, .shutdown, order.place(index)) + steps.out(node, .shutdown)
      + [
        steps.step(node, .shutdown, steps.shutDown(node, by: .administration), undo: steps.startedAgain(node))
      ]
      + steps.run(settings.fix, "have your command apply the fix", node).map { steps.step(node, .fix, $0) }
      + steps.run(settings.restart, "have your command start the gateway", node).map { steps.step(node, .restart, $0) }
      + [steps.step(node, .restart, steps.healthy(node))]
      + steps.in(node, .traffic, undo: [steps.disable, steps.drain, steps.confirm])
      + steps.gates(node, .afterNode, .traffic, order.place(index))
    return Stage(
      "SHUTDOWN, FIX, RESTART and TRAFFIC of \(node.name)", lanes: [Lane(node.name, lane)], concurrency: 1,
      mustPassOnAllNodes: true,
      interludes: steps.gates(isLast ? .atEnd : .betweenWaves, order.place(index, isDone: true)))
  }
}
