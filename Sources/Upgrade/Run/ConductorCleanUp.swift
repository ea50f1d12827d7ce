// What is removed from the nodes at the end.
extension Conductor {
  /// Removes what the run has left on the nodes; when that cannot be done the operator is told, and nothing else happens.
  func cleanUp(_ plan: Plan, all: Bool) async {
    let nodes = plan.nodes.filter { begun[$0.name] != nil }
    let acts = Array(tries.keys) + begun.values.joined()
    let withJobs = Set(acts.filter { plan.act($0)?.action.commands.isEmpty == false }.map(\.node))
    let left = await nodes.concurrentMap(atOnce: plan.concurrency) { [executor] node in
      await Self.cleanUp(node, hasJobs: withJobs.contains(node.name), all: all, by: executor)
    }
    for (node, text) in zip(nodes, left) { if let text { await record(.note(node: node.name, text: text)) } }
  }

  private static func cleanUp(
    _ node: Node, hasJobs: Bool, all: Bool, by executor: any StepExecutor
  ) async -> String? {
    do {
      return try await executor.cleanUp(node, hasJobs: hasJobs, all: all).map { "kept on the node: \($0)" }
    } catch {
      return Failure.from(error, as: .unreachable).inContext("clean up").message
    }
  }
}
