/// Asks a node's health check over HTTP.
public protocol HealthProbe: Sendable {
  /// The status code with which `url` answers a GET; redirects are not followed.
  ///
  /// - Parameter timeout: for the whole answer.
  /// - Throws: `Failure` of kind `.unhealthy` when there is no answer.
  func status(of url: String, timeout: Duration) async throws -> Int
}
