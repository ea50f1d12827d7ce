import AsyncHTTPClient

extension HTTPClient.Configuration {
  /// Every request is tried once, on a connection that is tried once: what is not there is known at once.
  static var singleTry: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration.singletonConfiguration
    configuration.redirectConfiguration = .disallow
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 100_000
    return configuration
  }
}
