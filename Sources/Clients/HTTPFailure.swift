import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Upgrade

/// Says in one phrase why an HTTP request got no answer.
enum HTTPFailure {
  /// The failure for an error of the HTTP client.
  static func of(_ error: any Error, url: String) -> Failure {
    switch error {
    case let error as CertificateGate.Refusal:
      return failure(url, "its certificate is another one than the pinned one", error)
    case let error as NIOConnectionError where error.connectionErrors.isEmpty:
      return failure(url, "the host name \(error.host) is not known", error)
    case is NIOConnectionError:
      return failure(url, "cannot connect", error)
    case let error as IOError where unreachable.contains(error.errnoCode):
      return failure(url, "cannot connect", error)
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      return failure(
        url, "no trusted TLS connection", error,
        remedy: "check the certificate's host name, dates and issuer, or let this host trust its issuer")
    case let error as HTTPClientError where error == .connectTimeout:
      return failure(url, "cannot connect", error)
    case let error as HTTPClientError where badURLs.contains(error):
      return failure(url, "is no http or https URL", error)
    default:
      return failure(url, "the connection broke before the answer was complete", error)
    }
  }

  private static let unreachable = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT]
  private static let badURLs: [HTTPClientError] = [.invalidURL, .emptyHost, .emptyScheme]

  private static func failure(_ url: String, _ message: String, _ error: any Error, remedy: String? = nil) -> Failure {
    Failure(.unreachable, "\(url): \(message)", evidence: [String(describing: error)], remedy: remedy)
  }
}
