import Upgrade

/// The blue-green upgrade to a new major version, in the vendor's ten steps.
struct MajorProcedure: Sendable {
  let steps: GatewaySteps
  let old: [GatewayNode]
  let new: [GatewayNode]
  /// The new node that does the migration, which is done once for all of them.
  let first: GatewayNode

  private var order: NodeOrder { NodeOrder(names: (new + old).map(\.name)) }

  /// The stages, in their order.
  var stages: [Stage] {
    [start, clean, quiesceDesigntime, reindexCore, transform] + restart + traffic + quiesceAll
      + [reindexLogs, shutdown]
  }

  /// 1. What must be made before the old side is quiesced is made here: it refuses it afterwards.
  private var start: Stage {
    let lanes =
      new.map { Lane($0.name, [steps.step($0, .start, steps.healthy($0))]) }
      + old.map { node in
        Lane(
          node.name,
          [steps.step(node, .start, steps.healthy(node))]
            + (node.quiescePort.map { port in
              [
                steps.step(
                  node, .start, steps.ask(node, "see that the quiesce port is there", .ensureQuiescePort(port)))
              ]
            } ?? []))
      }
    return Stage(
      "START: see that both sides are healthy", lanes: lanes, concurrency: lanes.count, mustPassOnAllNodes: true)
  }

  /// 2. There is nothing to take back; but it is to be forgotten when the node is, as what has lapsed is.
  private var clean: Stage {
    once(.clean, [steps.step(first, .clean, emptied, until: .clean)])
  }

  /// 3.
  private var quiesceDesigntime: Stage { Self.quiesceDesigntime(old, steps) }

  /// 4. What was copied is taken away again until the new side was restarted with it.
  private var reindexCore: Stage {
    let act = steps.ask(first, "copy the core data from the old datastore", .reindex(.core))
    return once(.reindexCore, [steps.step(first, .reindexCore, act, undo: [emptied], until: .restart)])
  }

  /// 5.
  private var transform: Stage {
    let act = steps.ask(first, "make the copied data fit for the new version", .transform)
    return once(.transform, [steps.step(first, .transform, act)])
  }

  /// 6. There is nothing to take back; but it has to be done again behind another migration, so a node that is taken back
  /// forgets it, as it does with an undo that has lapsed.
  private var restart: [Stage] {
    new.map { node in
      let act = steps.ask(node, "restart the gateway with the copied data", .restart)
      let step = steps.step(node, .restart, act, until: .restart)
      return Stage(
        "RESTART of \(node.name)", lanes: [Lane(node.name, [step])], concurrency: 1, mustPassOnAllNodes: true)
    }
  }

  /// 7. Not every load balancer sees by itself that a node is down.
  private var traffic: [Stage] {
    new.enumerated().map { index, node in
      let isLast = index == new.count - 1
      let lane =
        steps.gates(node, .beforeNode, .traffic, order.place(index))
        + [steps.step(node, .traffic, steps.healthy(node))]
        + steps.in(node, .traffic, undo: [steps.disable, steps.drain])
        + steps.gates(node, .afterNode, .traffic, order.place(index))
      return Stage(
        "TRAFFIC to \(node.name) too", lanes: [Lane(node.name, lane)], concurrency: 1, mustPassOnAllNodes: true,
        interludes: steps.gates(.betweenWaves, order.place(index, isDone: true))
          + (isLast ? [.consent(Self.reason)] : []))
    }
  }

  /// 8. Strictly one after another; out of the load balancer first, so that no request meets a gateway that refuses it.
  private var quiesceAll: [Stage] {
    old.enumerated().map { index, node in
      let place = order.place(new.count + index)
      let port = node.quiescePort ?? QuiescePort(number: 0)
      let act = steps.ask(node, "quiesce everything, and see that it is", .quiesceAll(port))
      let lane =
        steps.gates(node, .beforeNode, .quiesceAll, place) + steps.out(node, .quiesceAll)
        + [steps.step(node, .quiesceAll, act, undo: steps.startedAgain(node))]
      let isLast = index == old.count - 1
      return Stage(
        "QUIESCE ALL on \(node.name)", lanes: [Lane(node.name, lane)], concurrency: 1, mustPassOnAllNodes: true,
        interludes: isLast
          ? [] : steps.gates(.betweenWaves, order.place(new.count + index, isDone: true)))
    }
  }

  /// 9.
  private var reindexLogs: Stage {
    let act = steps.ask(first, "copy logs and events from the old datastore", .reindex(.logsAndEvents))
    return once(.reindexLogs, [steps.step(first, .reindexLogs, act)])
  }

  /// 10.
  private var shutdown: Stage {
    Stage(
      "SHUTDOWN of the old side",
      lanes: old.map { Lane($0.name, [steps.step($0, .shutdown, steps.shutDown($0, by: .quiescePort))]) },
      concurrency: old.count,
      interludes: steps.gates(.atEnd, order.place(order.names.count - 1, isDone: true)))
  }

  /// What one of the new nodes does for all.
  private func once(_ phase: Phase, _ step: [Step]) -> Stage {
    Stage(
      "\(phase.title) on \(first.name)", lanes: [Lane(first.name, steps.webhook(first, phase) + step)], concurrency: 1,
      mustPassOnAllNodes: true)
  }

  private var emptied: Act {
    steps.ask(
      first, "empty the new datastore", .clean(hasBackup: steps.settings.migration?.hasBackup ?? true))
  }

  private static let reason =
    "what comes next, QUIESCE ALL, no API takes back: only a restart of the old gateways by your command does"

  /// The old side refuses changes from here on, so that what is copied is all there is; its webhook is made before.
  static func quiesceDesigntime(_ old: [GatewayNode], _ steps: GatewaySteps) -> Stage {
    let lanes = old.enumerated().map { index, node in
      let webhook = index == 0 ? steps.webhook(node, .quiesceDesigntime) : []
      let act = steps.ask(node, "have the gateway refuse design-time changes", .quiesceDesigntime)
      let undo = steps.ask(node, "have the gateway take design-time changes again", .endDesigntime)
      return Lane(node.name, webhook + [steps.step(node, .quiesceDesigntime, act, undo: [undo])])
    }
    return Stage(
      "QUIESCE DESIGNTIME on the old side", lanes: lanes, concurrency: lanes.count, mustPassOnAllNodes: true)
  }
}
