/// Looks at the certificate that a server shows, without believing it.
public protocol CertificateReader: Sendable {
  /// The fingerprint of the certificate that `url`, of `https`, shows; no request is sent.
  ///
  /// - Throws: `Failure` of kind `.unreachable` when there is no TLS connection, `.refused` when the URL is of another kind.
  func certificate(of url: String, timeout: Duration) async throws -> CertificateFingerprint
}
