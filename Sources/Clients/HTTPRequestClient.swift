import AsyncHTTPClient
import Foundation
import NIOCore
import Upgrade

/// Sends single HTTP requests, each on a connection of its own and without following redirects.
///
/// It owns an HTTP client, so whoever makes it must `shutdown` it.
public struct HTTPRequestClient: HTTPExchange {
  private static let bodyLimit = 4 << 20

  private let client: HTTPClient

  /// A client.
  public init() {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Ends the client; to be called once, when no request is under way.
  public func shutdown() async {
    // All that can go wrong is that it was ended already.
    try? await client.shutdown()
  }

  /// Sends `question`; see `HTTPExchange`.
  public func answer(to question: HTTPQuestion, trust: TLSTrust, timeout: Duration) async throws -> HTTPAnswer {
    try await withThrowingTaskGroup(of: HTTPAnswer?.self) { group in
      group.addTask { try await exchange(question, trust, timeout) }
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
      let response = try await client.execute(try request(question, trust), timeout: .init(timeout) + .seconds(1))
      let body = try await response.body.collect(upTo: Self.bodyLimit)
      return HTTPAnswer(status: Int(response.status.code), body: Array(body.readableBytesView))
    } catch is NIOTooManyBytesError {
      throw Failure(.refused, "\(question.url): its answer is longer than \(Self.bodyLimit) bytes")
    } catch let failure as Failure {
      throw failure
    } catch {
      if Task.isCancelled { throw CancellationError() }
      let failure = ProbeFailure.of(error, url: question.url)
      throw Failure(.unreachable, failure.message, evidence: failure.evidence, remedy: failure.remedy)
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
    if let json = question.json {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(json)
    }
    if trust != TLSTrust() {
      request.tlsConfiguration = try TrustedCertificates.configuration(trust)
    }
    return request
  }
}
