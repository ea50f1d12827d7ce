import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Upgrade

/// Tells whose trouble an error of a probe is: the service's, or this host's own.
enum ProbeTrouble {
  /// The outcome that `error` stands for.
  static func outcome(of error: any Error) -> ProbeOutcome {
    switch error {
    case let fault as ProbeFault: return .failed(fault)
    case let obstacle as ProbeObstacle: return .unmeasured(obstacle)
    case let error as NIOConnectionError: return outcome(of: error)
    case let error as IOError: return outcome(errno: error.errnoCode)
    case ChannelError.connectTimeout: return .failed(.noAnswerInTime)
    case NIOSSLError.uncleanShutdown: return .failed(.broken("closed before the answer was whole"))
    case NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])), NIOSSLError.handshakeFailed(.syscallError):
      return .failed(.broken("closed in the TLS handshake"))
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return .failed(.untrusted(text(error)))
    case is HTTPParserError: return .failed(.broken("no whole HTTP answer: \(text(error))"))
    default: return .failed(.broken(text(error)))
    }
  }

  /// The obstacle on this host that `errno` stands for; nil where it tells of the service.
  static func obstacle(errno: Int32) -> ProbeObstacle? {
    switch errno {
    case EMFILE, ENFILE: .noDescriptors
    case ENOBUFS, ENOMEM: .noMemory
    case EADDRNOTAVAIL: .noLocalPort
    default: nil
    }
  }

  /// What the system says about `errno`.
  static func text(errno: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(errno, &buffer, buffer.count) == 0 else { return "errno \(errno)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).lowercased()
  }

  private static func outcome(errno: Int32) -> ProbeOutcome {
    if let obstacle = obstacle(errno: errno) { return .unmeasured(obstacle) }
    return switch errno {
    case ECONNREFUSED: .failed(.refused)
    case ETIMEDOUT: .failed(.noAnswerInTime)
    case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EACCES, EPERM: .failed(.unreachable(text(errno: errno)))
    default: .failed(.broken(text(errno: errno)))
    }
  }

  /// Of several addresses that were tried: an obstacle of ours, else the first address's trouble.
  private static func outcome(of error: NIOConnectionError) -> ProbeOutcome {
    let tries = error.connectionErrors.map { outcome(of: $0.error) }
    if let own = tries.first(where: { if case .unmeasured = $0 { true } else { false } }) { return own }
    if let first = tries.first { return first }
    return (error.dnsAError ?? error.dnsAAAAError).map { outcome(of: $0) } ?? .failed(.unknownName(error.host))
  }

  private static func text(_ error: any Error) -> String {
    String(PlainText.oneLine(String(describing: error)).prefix(160))
  }
}
