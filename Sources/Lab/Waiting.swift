/// Waiting for servers.
enum Waiting {
  /// Asks `what` is missing again and again until it is nothing, also when the task was cancelled: a server must not be
  /// left behind because of that.
  ///
  /// - Returns: nil when nothing is missing, else what was when `limit` was over.
  static func missing(within limit: Duration, what: () async -> [String]) async -> [String]? {
    let deadline = ContinuousClock.now + limit
    while true {
      let missing = await what()
      if missing.isEmpty { return nil }
      guard ContinuousClock.now < deadline else { return missing }
      await Task.detached { try? await Task.sleep(for: .milliseconds(10)) }.value
    }
  }
}
