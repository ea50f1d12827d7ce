/// Looks at the certificate that a server shows, and sends it nothing.
public protocol CertificateReader: Sendable {
  /// The fingerprint of the certificate that `url`, of `https`, shows.
  ///
  /// - Parameter trust: whose certificates are accepted; a pin in it is not compared.
  /// - Throws: `Failure` of kind `.unreachable` when there is no TLS connection with such a certificate, `.refused` when the URL is of another kind.
  func certificate(of url: String, trust: TLSTrust, timeout: Duration) async throws -> CertificateFingerprint
}
