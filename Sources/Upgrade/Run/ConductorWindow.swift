import FoundationEssentials

// The change window.
extension Conductor {
  /// Returns when the change window is open, or the run shall end.
  public func untilWindowOpens() async {
    guard let window, let opens = window.window.opens, let left = window.untilOpen else { return }
    await record(
      .note(node: nil, text: "waits \(left.inWords) for the change window, which opens at \(window.window.text(opens))")
    )
    await withTaskGroup(of: Void.self) { [control, clock] group in
      group.addTask {
        // Looked at again and again: the clock on the wall may be set meanwhile.
        while !Task.isCancelled, let left = window.untilOpen { try? await clock.sleep(for: min(left, .seconds(1))) }
      }
      group.addTask { await control.untilEnding() }
      await group.next()
      group.cancelAll()
    }
  }

  /// Walks the lanes of `stage`, as many at a time as it allows and the change window lets
  /// begin, and returns those that failed.
  func walk(_ stage: Stage, _ index: Int, _ walk: Walk) async -> [FailedLane] {
    await withTaskGroup(of: FailedLane?.self) { group in
      var failures: [FailedLane] = []
      var lanes = stage.lanes.filter { !ended.contains($0.node) }[...]
      for lane in await next(max(1, stage.concurrency), of: &lanes, index, walk) {
        group.addTask { await self.walkTimed(lane, index, walk) }
      }
      while let failure = await group.next() {
        if let failure { failures.append(failure) }
        for lane in await next(1, of: &lanes, index, walk) {
          group.addTask { await self.walkTimed(lane, index, walk) }
        }
      }
      return failures
    }
  }

  /// Takes the next `count` of `lanes`, as far as the change window lets them begin; where it does not, no later lane is
  /// begun either. One that was begun by an earlier run is finished all the same.
  private func next(_ count: Int, of lanes: inout ArraySlice<Lane>, _ stage: Int, _ walk: Walk) async -> [Lane] {
    let next = lanes.prefix(count)
    lanes = lanes.dropFirst(count)
    let fresh = next.filter { !hasBegun($0, stage) }
    guard !fresh.isEmpty, await !mayBegin(fresh, walk) else { return Array(next) }
    lanes = []
    return next.filter { hasBegun($0, stage) }
  }

  /// Whether the change window lets these lanes begin, or the operator does all the same.
  private func mayBegin(_ lanes: [Lane], _ walk: Walk) async -> Bool {
    guard let window else { return true }
    guard closedWindow == nil else { return false }
    let estimate = lanes.contains(where: \.isDisruptive) ? longestNode : nil
    guard let refusal = window.refusal(of: lanes.map(\.node), for: estimate) else { return true }
    if let ask = window.ask, await isAllowed(refusal, by: ask) {
      await record(.note(node: nil, text: "\(refusal); the operator lets it begin all the same"))
      return true
    }
    closedWindow = refusal
    let left = walk.plan.stages.flatMap(\.lanes).filter { $0.isDisruptive && !isTouched($0.node, walk) }
    let nodes = left.map(\.node).joined(separator: ", ")
    let way = window.continuation.map { "; '\($0)' continues" } ?? ""
    await record(.note(node: nil, text: "\(refusal); left: \(nodes)\(way)"))
    return false
  }

  /// Asks the operator; a run that shall end does not wait for the answer.
  private func isAllowed(_ refusal: String, by ask: @escaping @Sendable (String) async -> Bool) async -> Bool {
    await withTaskGroup(of: Bool.self) { [control] group in
      group.addTask { await ask(refusal) }
      group.addTask {
        await control.untilEnding()
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }

  /// Walks `lane`, and keeps how long a whole one took.
  private func walkTimed(_ lane: Lane, _ stage: Int, _ walk: Walk) async -> FailedLane? {
    let isWhole = lane.isDisruptive && !hasBegun(lane, stage)
    let start = window?.now()
    let failure = await self.walk(lane, stage, walk)
    if let start, let end = window?.now(), failure == nil, isWhole {
      longestNode = max(longestNode ?? .zero, .seconds(end.timeIntervalSince(start)))
    }
    return failure
  }

  private func hasBegun(_ lane: Lane, _ stage: Int) -> Bool {
    begun[lane.node]?.contains { $0.stage == stage } == true
  }

  /// Whether something was begun on `node` that users may feel.
  private func isTouched(_ node: String, _ walk: Walk) -> Bool {
    begun[node]?.contains { walk.plan.step($0)?.phase.isDisruptive == true } == true
  }
}

extension Lane {
  /// Whether it takes something away from the users.
  var isDisruptive: Bool { steps.contains { $0.phase.isDisruptive } }
}
