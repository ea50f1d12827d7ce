/// Wakes whoever waits for an event when one is posted.
public actor EventSignal: WebhookEvents {
  /// How many were posted.
  public private(set) var count = 0
  private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  private var lastID = 0

  /// A signal; nothing was posted yet.
  public init() {}

  /// Wakes all that wait.
  public func post() {
    count += 1
    let woken = waiting.values
    waiting.removeAll()
    for continuation in woken { continuation.resume() }
  }

  /// Waits; see `WebhookEvents`.
  public func wait(beyond count: Int, atMost limit: Duration, by clock: any Clock<Duration>) async throws {
    guard self.count <= count else { return }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await clock.sleep(for: limit) }
      group.addTask { await self.untilPosted(beyond: count) }
      defer { group.cancelAll() }
      try await group.next()
    }
    try Task.checkCancellation()
  }

  private func untilPosted(beyond count: Int) async {
    guard self.count <= count else { return }
    lastID += 1
    let id = lastID
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiting[id] = $0 }
    } onCancel: {
      // It comes to this actor behind the line above, which does not let go of it before.
      Task { await self.release(id) }
    }
  }

  private func release(_ id: Int) { waiting.removeValue(forKey: id)?.resume() }
}
