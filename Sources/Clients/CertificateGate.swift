import Crypto
import NIOCore
import NIOSSL
import Upgrade

/// Looks at the certificate of each new connection before anything is sent over it.
enum CertificateGate: Sendable, Hashable {
  /// Lets one certificate pass.
  case pinned(CertificateFingerprint)
  /// Lets none pass.
  case closed

  /// A certificate that did not pass.
  struct Refusal: Error, CustomStringConvertible {
    let seen: CertificateFingerprint?
    let wanted: CertificateFingerprint?

    var description: String {
      "seen \(seen?.description ?? "nothing")" + (wanted.map { ", pinned \($0)" } ?? "")
    }
  }

  /// Succeeds where the certificate that `channel` was shown may pass; else the channel is closed.
  func check(_ channel: any Channel) -> EventLoopFuture<Void> {
    let checked = channel.pipeline.handler(type: NIOSSLHandler.self).flatMapThrowing { handler in
      let seen = CertificateFingerprint(digest: SHA256.hash(data: try handler.peerCertificate?.toDERBytes() ?? []))
      guard case .pinned(let pin) = self else { throw Refusal(seen: seen, wanted: nil) }
      guard seen == pin else { throw Refusal(seen: seen, wanted: pin) }
    }
    // Behind who waits for this: the pool of connections takes no close of one that it is still told nothing of.
    checked.whenFailure { _ in channel.eventLoop.execute { channel.close(promise: nil) } }
    return checked
  }
}
