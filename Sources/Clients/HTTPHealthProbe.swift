import Upgrade

/// Asks health checks over HTTP and HTTPS, each on a connection of its own and without following redirects.
///
/// Certificates are checked unless the operator says otherwise, since a health check that anybody can answer proves
/// nothing.
public struct HTTPHealthProbe: HealthProbe {
  private let client: HTTPRequestClient
  private let trust: TLSTrust

  /// A probe that asks by `client`, which its owner shuts down.
  ///
  /// - Parameter trust: whose certificates are believed.
  /// - Throws: `Failure` that names the file of certificates which cannot be used.
  public init(_ client: HTTPRequestClient, _ trust: TLSTrust = TLSTrust()) throws(Failure) {
    _ = try TrustedCertificates.configuration(trust)
    self.client = client
    self.trust = trust
  }

  /// The status code with which `url` answers; see `HealthProbe`.
  public func status(of url: String, timeout: Duration) async throws -> Int {
    do {
      return try await client.answer(to: HTTPQuestion("GET", url, isBodyNeeded: false), trust: trust, timeout: timeout)
        .status
    } catch let failure as Failure {
      throw Failure(
        .unhealthy, failure.message, exitCode: failure.kind == .timeout ? failure.exitCode : nil,
        evidence: failure.evidence, remedy: failure.remedy)
    }
  }
}
