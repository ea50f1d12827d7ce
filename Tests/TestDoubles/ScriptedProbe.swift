import Upgrade

/// Health checks that answer as they are told.
public struct ScriptedProbe: HealthProbe {
  private let status: Int
  private let statuses: [String: Int]

  /// `statuses` by URL, `status` for any other.
  public init(status: Int = 200, statuses: [String: Int] = [:]) {
    self.status = status
    self.statuses = statuses
  }

  /// The status code.
  public func status(of url: String, timeout: Duration) async throws -> Int { statuses[url] ?? status }
}
