import AsyncHTTPClient
import NIOSSL
import Upgrade

/// Asks health checks over HTTP and HTTPS, each on a connection of its own and without following redirects.
///
/// It owns an HTTP client, so whoever makes it must `shutdown` it. Certificates are checked unless the operator says
/// otherwise, since a health check that anybody can answer proves nothing.
public struct HTTPHealthProbe: HealthProbe {
  /// More of a body than this is not read.
  private static let bodyLimit = 65_536

  private let client: HTTPClient

  /// A probe.
  ///
  /// - Parameter trust: whose certificates are believed.
  /// - Throws: `Failure` that names the file of certificates which cannot be used.
  public init(_ trust: TLSTrust = TLSTrust()) throws(Failure) {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.tlsConfiguration = try TrustedCertificates.configuration(trust)
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Ends the client; to be called once, when no question is under way.
  public func shutdown() async {
    // All that can go wrong is that it was ended already.
    try? await client.shutdown()
  }

  /// The status code with which `url` answers; see `HealthProbe`.
  public func status(of url: String, timeout: Duration) async throws -> Int {
    try await withThrowingTaskGroup(of: Int?.self) { group in
      group.addTask { try await answer(of: url, within: timeout) }
      // The client's own time-out ends where the body begins.
      group.addTask {
        try await Task.sleep(for: timeout)
        return nil
      }
      defer { group.cancelAll() }
      guard case .some(.some(let status)) = try await group.next() else {
        throw Failure(.unhealthy, "\(url): no whole answer within \(timeout.inSeconds)", exitCode: 124)
      }
      return status
    }
  }

  private func answer(of url: String, within timeout: Duration) async throws -> Int {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Connection", value: "close")
    request.headers.add(name: "User-Agent", value: "zdupgrade")
    do {
      let response = try await client.execute(request, timeout: .init(timeout) + .seconds(1))
      var length = 0
      for try await piece in response.body {
        length += piece.readableBytes
        if length > Self.bodyLimit { break }
      }
      return Int(response.status.code)
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw ProbeFailure.of(error, url: url)
    }
  }
}
