/// Has the load balancer do what a step wants, and sees that it did.
struct BalancerSteps: Sendable {
  let balancer: any LoadBalancer
  let journal: any Journal
  let clock: any Clock<Duration>

  /// Does `action` for `node`.
  ///
  /// - Throws: `Failure`, of kind `.notDrained` when requests are still in flight.
  func perform(_ action: BalancerAction, _ node: Node) async throws {
    switch action {
    case .disable: try await balancer.disable(node)
    case .enable: try await balancer.enable(node)
    case .drain(let deadline, let timeout): try await drain(node, deadline, timeout)
    case .confirm(let mayBeBusy): try await confirm(node, mayBeBusy)
    case .serve(let deadline): try await serve(node, deadline)
    }
  }

  private func drain(_ node: Node, _ deadline: Int, _ timeout: DrainTimeout) async throws {
    var rest = ""
    var polls = 0
    // Where several looks must agree, they must be apart; else what is drained at once need not be waited for.
    let first: Duration? = balancer.pollsUntilDrained > 1 ? nil : .milliseconds(10)
    let drained = try await Polling.value(within: .seconds(deadline), from: first, by: clock) { () -> Bool? in
      switch try await balancer.isDrained(node) {
      case .drained:
        rest = "not seen to stay drained"
        polls += 1
        return polls >= balancer.pollsUntilDrained ? true : nil
      case .draining(_, let what):
        rest = what
        polls = 0
        return nil
      }
    }
    guard drained == nil else { return }
    guard timeout == .force else { throw Failure(.notDrained, "\(rest), still after \(deadline) s") }
    await journal.record(
      .warning(node: node.name, text: "not drained: \(rest), still after \(deadline) s; stopped all the same (force)"))
  }

  /// An operator, a reload or another program may have put the node back meanwhile.
  private func confirm(_ node: Node, _ mayBeBusy: Bool) async throws {
    let standing = try await balancer.standing(of: node)
    guard standing == .disabled || standing == .unknown else {
      throw Failure(
        .balancer, "the load balancer has it \(standing.rawValue) again, so it is not stopped",
        remedy: "find out who put it back")
    }
    guard !mayBeBusy, case .draining(_, let what) = try await balancer.isDrained(node) else { return }
    throw Failure(.notDrained, "not drained any more: \(what)")
  }

  private func serve(_ node: Node, _ deadline: Int) async throws {
    var last = Standing.unknown
    let serving = try await Polling.value(within: .seconds(deadline), from: .milliseconds(10), by: clock) {
      () -> Bool? in
      last = try await balancer.standing(of: node)
      return last == .enabled || last == .unknown ? true : nil
    }
    guard serving != nil else {
      throw Failure(.balancer, "the load balancer still has it \(last.rawValue) after \(deadline) s")
    }
    if last == .unknown {
      await journal.record(.note(node: node.name, text: "the load balancer cannot tell whether it serves"))
    }
  }
}
