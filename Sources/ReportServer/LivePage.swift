public import Report

/// The report as it is now, for those who look at it.
public actor LivePage {
  private(set) var page: ReportPage
  private(set) var parts: [ReportPage.Part] = []
  private var versions: [String: Int] = [:]
  private var version = 0
  private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  private var nextWaiter = 0

  /// What is shown at first.
  public init(_ page: ReportPage) {
    self.page = page
    parts = page.parts
    for part in parts { versions[part.id] = 0 }
  }

  /// The page has become this one.
  public func show(_ page: ReportPage) {
    let changed = Set(page.parts).subtracting(parts)
    self.page = page
    parts = page.parts
    guard !changed.isEmpty else { return }
    version += 1
    for part in changed { versions[part.id] = version }
    for continuation in waiting.values { continuation.resume() }
    waiting = [:]
  }

  /// The page's parts that have changed behind `seen`, and the version that they make; waits for a change, but not when
  /// cancelled.
  func changes(since seen: Int) async -> (parts: [ReportPage.Part], title: String, version: Int) {
    if seen >= version { await untilChanged() }
    return (parts.filter { versions[$0.id, default: 0] > seen }, page.title, version)
  }

  /// The page's text, and its version.
  func text(events: (Int) -> String, nonce: String) -> String {
    page.liveText(events: events(version), nonce: nonce)
  }

  private func untilChanged() async {
    nextWaiter += 1
    let waiter = nextWaiter
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { continuation.resume() } else { waiting[waiter] = continuation }
      }
    } onCancel: {
      Task { await self.release(waiter) }
    }
  }

  private func release(_ waiter: Int) { waiting.removeValue(forKey: waiter)?.resume() }
}
