// What stands between two stages.
extension Conductor {
  /// Has all that stands behind `stage` happen; false when the run may not go on.
  func pass(behind stage: Stage, _ walk: Walk) async -> Bool {
    for interlude in stage.interludes {
      guard await mayBegin("the run could \(interlude.title)") else { return false }
      await record(.interludeStarted(interlude.title))
      var failure: Failure?
      var failing = stage.lanes.map(\.node)
      switch interlude {
      case .bake(let seconds, let nodes):
        let ailing = await bake(seconds, nodes, walk)
        failure = ailing?.failure
        if let ailing { failing = [ailing.node] }
      case .pause(let nodes):
        await control.pause(because: "after \(nodes.joined(separator: ", ")), as the options say")
        await waitWhilePaused()
      case .consent where control.isConsentGiven: break
      case .consent(let reason):
        await control.pause(because: reason)
        await waitWhilePaused()
      case .gate(let gate, let place):
        do { try await executor.pass(gate, at: place) } catch { failure = Failure.from(error, as: .gate) }
      }
      await record(.interludeEnded(interlude.title, failure: failure))
      guard let failure else { continue }
      failedGate = failure
      guard failure.kind != .gate else { return false }
      // It counts as a failed step of these nodes, which are complete.
      let lanes = stage.lanes.filter { failing.contains($0.node) }
      let failed = lanes.compactMap { lane in
        lane.steps.last.map { FailedLane(node: lane.node, phase: $0.phase, failure: failure) }
      }
      _ = await mayGoOn(after: failed, in: stage, walk)
      return false
    }
    return true
  }

  /// Looks at the nodes for `seconds`, every five of them.
  private func bake(_ seconds: Int, _ nodes: [String], _ walk: Walk) async -> (node: String, failure: Failure)? {
    var left = seconds
    while left > 0, await control.end == nil {
      let pause = min(left, 5)
      try? await clock.sleep(for: .seconds(pause))
      left -= pause
      for node in nodes.map(walk.plan.node) {
        guard let obstacle = await watch?.obstacle(of: node) else { continue }
        return (node.name, Failure(.unhealthy, "\(node.name) does not serve after its upgrade: \(obstacle.reason)"))
      }
    }
    return nil
  }
}
