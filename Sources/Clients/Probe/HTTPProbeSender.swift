import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Upgrade

/// Sends the traffic probe's questions over HTTP/1.1 and HTTPS: each on a connection of its own, which shows what a new
/// client sees; no redirects, no second try.
///
/// A kept connection would show less: a balancer that sends new connections to a dead node, or refuses them, goes
/// unseen as long as the old one lasts. For the same reason there is no connection pool here, not even one whose
/// connections are closed behind each answer (AsyncHTTPClient): a pool hands a probe to whichever connection is up
/// first, so that a connection that hangs would be charged to another probe, or to none.
public struct HTTPProbeSender: ProbeSender {
  private let contexts: [TLSTrust: NIOSSLContext]
  private let names = NameService()

  /// A sender for `targets`; the certificates that they trust are read now.
  ///
  /// - Throws: `Failure` of kind `.io` or `.refused` that names the certificate file.
  public init(_ targets: [ProbeTarget]) throws(Failure) {
    var contexts: [TLSTrust: NIOSSLContext] = [:]
    for target in targets where target.url.hasPrefix("https:") && contexts[target.tls] == nil {
      contexts[target.tls] = try TrustedCertificates.context(target.tls)
    }
    self.contexts = contexts
  }

  /// What becomes of one question to `target`; see `ProbeSender`.
  public func send(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
    guard let request = ProbeRequest(target) else { return .failed(.broken("no http or https URL")) }
    let start = ContinuousClock.now
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    do {
      let (status, latency) = try await answer(to: request, tls: contexts[target.tls], within: timeout, on: loop)
        .map { ($0, ContinuousClock.now - start) }.get()
      return target.expectedStatuses.contains(status) ? .answered(latency) : .failed(.status(status))
    } catch {
      return ProbeTrouble.outcome(of: error)
    }
  }

  /// The status code of the whole answer. The connection is closed when the future is there, or soon behind that.
  private func answer(
    to request: ProbeRequest, tls: NIOSSLContext?, within timeout: Duration, on loop: any EventLoop
  ) -> EventLoopFuture<Int> {
    let promise = loop.makePromise(of: Int.self)
    let resolver = request.isAddress ? nil : NameResolver(request, names, on: loop)
    let start = ContinuousClock.now
    let deadline = loop.scheduleTask(in: TimeAmount(timeout)) {
      let isNamed = resolver?.isDone ?? true
      let lateness = ContinuousClock.now - start - timeout
      promise.fail(Self.verdict(isNamed: isNamed, lateness: lateness, timeout: timeout))
    }
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(TimeAmount(timeout)).resolver(resolver)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if request.isSecure, let tls {
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: request.serverName))
          }
          try pipeline.addHTTPClientHandlers()
          try pipeline.addHandler(AnswerHandler(request.head, promise))
        }
      }
    let connection = bootstrap.connect(host: request.host, port: request.port)
    connection.whenFailure { promise.fail($0) }
    promise.futureResult.whenComplete { _ in
      deadline.cancel()
      connection.whenSuccess { $0.close(promise: nil) }
    }
    return promise.futureResult
  }

  /// What a time-out means. Where even the time-out came late, this process got too little time to see an answer.
  static func verdict(isNamed: Bool, lateness: Duration, timeout: Duration) -> any Error {
    if lateness > max(.milliseconds(100), timeout / 10) { return ProbeObstacle.heldUp }
    return isNamed ? ProbeFault.noAnswerInTime : ProbeObstacle.nameService("not within \(timeout.inSeconds)")
  }
}
