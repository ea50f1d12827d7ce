// What is removed from the nodes at the end.
extension Conductor {
  /// Removes what the run has left on the nodes; when that cannot be done the operator is told, and nothing else happens.
  func cleanUp(_ plan: Plan, all: Bool) async {
    let left = await withTaskGroup(of: (node: String, text: String)?.self) { [executor] group in
      for node in plan.nodes where begun[node.name] != nil {
        group.addTask { await Self.cleanUp(node, all: all, by: executor).map { (node.name, $0) } }
      }
      var left: [String: String] = [:]
      for await case let found? in group { left[found.node] = found.text }
      return left
    }
    for node in plan.nodes { if let text = left[node.name] { await record(.note(node: node.name, text: text)) } }
  }

  private static func cleanUp(_ node: Node, all: Bool, by executor: any StepExecutor) async -> String? {
    do {
      return try await executor.cleanUp(node, all: all).map { "kept on the node: \($0)" }
    } catch {
      return Failure.from(error, as: .unreachable).inContext("clean up").message
    }
  }
}
