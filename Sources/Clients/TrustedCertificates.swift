import Glibc
import NIOSSL
import Upgrade

/// Reads the certificates that the operator trusts.
enum TrustedCertificates {
  /// The settings for `trust`. Where that is a pinned certificate, they let any pass: `CertificateGate` compares it.
  ///
  /// - Throws: `Failure` of kind `.io` (cannot be read) or `.refused` (holds no certificate), which names the file.
  static func configuration(_ trust: TLSTrust) throws(Failure) -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.shutdownTimeout = .seconds(1)  // a server that is silent gets no 5 s more to say goodbye
    if trust.isInsecure || trust.pin != nil { tls.certificateVerification = .none }
    if let file = trust.caFile { tls.additionalTrustRoots = [.certificates(try certificates(file))] }
    return tls
  }

  /// A context for `trust`, to be made once: it reads all that this host trusts.
  ///
  /// - Throws: `Failure`, as `configuration` does; of kind `.refused` for a pin, which nobody would compare.
  static func context(_ trust: TLSTrust) throws(Failure) -> NIOSSLContext {
    guard trust.pin == nil else { throw Failure(.refused, "a certificate cannot be pinned here") }
    let tls = try configuration(trust)
    do {
      return try NIOSSLContext(configuration: tls)
    } catch {
      throw Failure(.io, "the certificates that this host trusts cannot be read", evidence: [String(describing: error)])
    }
  }

  private static func certificates(_ file: String) throws(Failure) -> [NIOSSLCertificate] {
    guard access(file, R_OK) == 0 else {
      throw Failure(.io, "caFile \(file): cannot be read: \(ProbeTrouble.text(errno: errno))")
    }
    do {
      let certificates = try NIOSSLCertificate.fromPEMFile(file)
      if !certificates.isEmpty { return certificates }
    } catch { /* said below */  }
    throw Failure(.refused, "caFile \(file): holds no PEM certificate")
  }
}
