import AsyncHTTPClient
import Foundation
import NIOCore
import Synchronization
import Upgrade

/// Sends single HTTP requests, each on a connection of its own and without following redirects.
///
/// It owns an HTTP client, so whoever makes it must `shutdown` it.
public final class HTTPRequestClient: HTTPExchange {
  private static let bodyLimit = 4 << 20
  private static let unneededLimit = 65_536

  /// By what is asked of a certificate before a request is sent; AsyncHTTPClient knows that only for a whole client.
  private let clients = Mutex<[CertificateGate?: HTTPClient]>([:])

  /// A client that has opened nothing yet.
  public init() {}

  /// Ends the client; to be called when no request is under way. Not needed where nothing was asked.
  public func shutdown() async {
    // All that can go wrong is that it was ended already.
    for client in clients.withLock({ Array($0.values) }) { try? await client.shutdown() }
  }

  /// Made at the first request: a client must be shut down, which whoever fails to begin would have to think of.
  private func opened(_ gate: CertificateGate?) -> HTTPClient {
    clients.withLock { clients in
      if let client = clients[gate] { return client }
      var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
      configuration.httpVersion = .http1Only
      configuration.connectionPool.retryConnectionEstablishment = false
      if let gate { configuration.http1_1ConnectionDebugInitializer = { gate.check($0) } }
      let new = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
      clients[gate] = new
      return new
    }
  }

  /// Sends `question`; see `HTTPExchange`.
  public func answer(to question: HTTPQuestion, trust: TLSTrust, timeout: Duration) async throws -> HTTPAnswer {
    try await withThrowingTaskGroup(of: HTTPAnswer?.self) { group in
      group.addTask { try await self.exchange(question, trust, timeout) }
      // The client's own time-out ends where the body begins.
      group.addTask {
        try await Task.sleep(for: timeout)
        return nil
      }
      defer { group.cancelAll() }
      guard case .some(.some(let answer)) = try await group.next() else {
        throw Failure(.timeout, "\(question.url): no whole answer within \(timeout.inSeconds)")
      }
      return answer
    }
  }

  private func exchange(_ question: HTTPQuestion, _ trust: TLSTrust, _ timeout: Duration) async throws -> HTTPAnswer {
    do {
      let client = opened(trust.pin.map(CertificateGate.pinned))
      let response = try await client.execute(try request(question, trust), timeout: .init(timeout) + .seconds(1))
      var body: [UInt8] = []
      for try await piece in response.body {
        body += piece.readableBytesView
        let limit = question.isBodyNeeded ? Self.bodyLimit : Self.unneededLimit
        guard body.count > limit else { continue }
        guard question.isBodyNeeded else { break }
        throw Failure(.refused, "\(question.url): its answer is longer than \(limit) bytes")
      }
      return HTTPAnswer(status: Int(response.status.code), body: body)
    } catch let failure as Failure {
      throw failure
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw HTTPFailure.of(error, url: question.url)
    }
  }

  private func request(_ question: HTTPQuestion, _ trust: TLSTrust) throws -> HTTPClientRequest {
    var request = HTTPClientRequest(url: question.url)
    request.method = .init(rawValue: question.method)
    request.headers.add(name: "Connection", value: "close")
    request.headers.add(name: "User-Agent", value: "zdupgrade")
    if let login = question.login {
      let pair = Data("\(login.user):\(login.password.reveal())".utf8).base64EncodedString()
      request.headers.add(name: "Authorization", value: "Basic \(pair)")
    }
    for (name, value) in question.headers.sorted(by: { $0.key < $1.key }) {
      request.headers.add(name: name, value: value)
    }
    if let json = question.json {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(json)
    }
    if trust != TLSTrust() { request.tlsConfiguration = try TrustedCertificates.configuration(trust) }
    return request
  }
}

extension HTTPRequestClient: CertificateReader {
  /// The fingerprint of the certificate that `url` shows; see `CertificateReader`.
  public func certificate(
    of url: String, trust: TLSTrust, timeout: Duration
  ) async throws -> CertificateFingerprint {
    var request = HTTPClientRequest(url: url)
    request.tlsConfiguration = try TrustedCertificates.configuration(trust)
    do {
      _ = try await opened(.closed).execute(request, timeout: .init(timeout))
      throw Failure(.refused, "\(url): shows no certificate, as it is no https URL")
    } catch {
      if let seen = (error as? CertificateGate.Refusal)?.seen { return seen }
      throw error as? Failure ?? HTTPFailure.of(error, url: url)
    }
  }
}
