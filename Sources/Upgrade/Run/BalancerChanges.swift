/// Knows by the run's events alone whether a change at the load balancer is under way. Waiting for a drain, or for the
/// balancer to see that a node serves, is none.
public actor BalancerChanges: EventReader {
  private var plan: Plan?
  private var open: [StepID: String] = [:]

  /// Nothing is under way.
  public init() {}

  /// Takes in an event.
  public func read(_ event: Event) {
    switch event {
    case .runStarted(let plan): self.plan = plan
    case .stepStarted(let id, let title):
      guard let action = plan?.act(id)?.action, [.balancer(.disable), .balancer(.enable)].contains(action) else {
        return
      }
      open[id] = "\(id.node): \(title)"
    case .stepEnded(let id, _, _): open[id] = nil
    default: break
    }
  }

  /// Returns when no change is under way, or `limit` has passed; gives what is still under way then.
  public func untilSettled(within limit: Duration, by clock: any Clock<Duration>) async -> [String] {
    _ = try? await Polling.value(within: limit, every: .milliseconds(50), by: clock) { open.isEmpty ? true : nil }
    return open.values.sorted()
  }
}
