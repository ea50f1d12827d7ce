import Upgrade

/// Sees that the old side has not taken changes since it was copied: a gateway that was restarted meanwhile has.
public struct QuiesceCheck: Sendable {
  private let settings: BlueGreenSettings
  private let clients: [String: GatewayClient]

  /// A check of the old nodes of `settings`, which `clients` ask by their names.
  public init(_ settings: BlueGreenSettings, clients: [String: GatewayClient]) {
    self.settings = settings
    self.clients = clients
  }

  /// The old nodes that a run which has come as far as `progress` has told to refuse changes, and that take them again.
  /// One that gives no answer is not among them: what is done to it next tells.
  public func problems(behind progress: Progress) async -> [Problem] {
    guard !progress.isGoingBack else { return [] }
    // By what was done, not by its phase: a phase begins with steps that tell the node nothing.
    let steps = Dictionary(grouping: progress.completed.filter { $0.undo == nil }, by: \.node)
    let quiesced = settings.old.nodes.filter { node in
      let done = (steps[node.name] ?? []).compactMap { Self.operation($0, of: progress.plan) }
      return done.contains(.quiesceDesigntime) && !done.contains(where: Self.isEnd)
    }
    let lost = await quiesced.concurrentMap { node in
      guard let state = try? await clients[node.name]?.withoutRetry.quiesceState() else { return false }
      return !state.isEnabled
    }
    return zip(quiesced, lost).filter(\.1).map { node, _ in
      Problem(
        node: node.name,
        "it takes design-time changes again, though it was told not to: what was copied may be out of date",
        remedy: "take the run back with 'zdupgrade bluegreen rollback', then 'zdupgrade bluegreen resume' does it anew")
    }
  }

  private static func operation(_ step: StepID, of plan: Plan?) -> GatewayOperation? {
    guard case .operation(let operation) = plan?.act(step)?.action else { return nil }
    return GatewayOperation(operation)
  }

  /// Behind it the gateway refuses more than changes, or is down.
  private static func isEnd(_ operation: GatewayOperation) -> Bool {
    switch operation {
    case .quiesceAll, .shutDown: true
    default: false
    }
  }
}
