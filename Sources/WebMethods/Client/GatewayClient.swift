import FoundationEssentials
import Upgrade

/// Asks and orders one webMethods API Gateway node over its administration API.
///
/// What is safe to repeat is repeated, with pauses, when no answer came; a migration, a shutdown, a new port and a new
/// webhook are sent once, and where their answer is lost the caller is told so, and finds out by asking. All messages
/// name the node and what was tried.
///
/// The API has no operation that tells the gateway's version (`webmethods-admin-api-11.0`), so there is none here.
public struct GatewayClient: Sendable {
  /// The node's name, for messages.
  public let name: String
  /// Where its Integration Server answers.
  public let url: GatewayURL
  let clock: any Clock<Duration>
  private let login: HTTPQuestion.Login
  private let trust: TLSTrust
  private let answerTime: Duration
  private let retry: RetryPolicy
  private let http: any HTTPExchange

  /// A client; it asks nothing yet.
  ///
  /// - Parameters:
  ///   - login: an administrator of the gateway.
  ///   - trust: whose certificate is believed where `url` is of `https`.
  ///   - answerTime: within which each answer must come.
  ///   - retry: for what is safe to repeat.
  public init(
    name: String, url: GatewayURL, login: HTTPQuestion.Login, trust: TLSTrust = TLSTrust(),
    answerTime: Duration = .seconds(30), retry: RetryPolicy = .standard, http: any HTTPExchange,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.name = name
    self.url = url
    self.login = login
    self.trust = trust
    self.answerTime = answerTime
    self.retry = retry
    self.http = http
    self.clock = clock
  }

  /// The same node asked through another port over plain HTTP: its quiesce port.
  public func throughPort(_ port: Int) -> GatewayClient {
    GatewayClient(
      name: name, url: url.atPlainPort(port), login: login, trust: trust, answerTime: answerTime, retry: retry,
      http: http, clock: clock)
  }

  /// The same node, where each thing is sent once, for a caller that asks again anyway.
  public var withoutRetry: GatewayClient {
    GatewayClient(
      name: name, url: url, login: login, trust: trust, answerTime: answerTime, retry: .never, http: http, clock: clock)
  }

  /// The answer to `call`, whatever its status.
  ///
  /// - Throws: `Failure` of kind `.unreachable` or `.timeout` when there is none, in the call's context.
  func answer(to call: GatewayCall) async throws -> HTTPAnswer {
    let question = HTTPQuestion(
      call.method, call.url, login: login, json: call.body.map { JSONText.bytes(.object($0)) },
      headers: ["Accept": "application/json"])
    var number = 1
    while true {
      let pause = call.isRepeatable ? retry.pause(behind: number) : nil
      do {
        let answer = try await http.answer(to: question, trust: trust, timeout: answerTime)
        guard call.isPassing(answer.status), let pause else { return answer }
        try await clock.sleep(for: pause)
      } catch let failure as Failure {
        guard Self.isLost(failure), let pause else { throw failure.inContext(context(call)) }
        try await clock.sleep(for: pause)
      }
      number += 1
    }
  }

  /// The answer to `call`, which must be a good one or one of `expected`.
  ///
  /// - Throws: `Failure`: also of kind `.authentication`, `.refused` (400) or `.gateway` (any other status).
  func answer(to call: GatewayCall, orAny expected: [Int]) async throws -> HTTPAnswer {
    let answer = try await answer(to: call)
    if (200..<300).contains(answer.status) || expected.contains(answer.status) { return answer }
    throw failure(answer, to: call)
  }

  /// Whether `failure` means that a request may have had its effect though no answer came.
  static func isLost(_ failure: Failure) -> Bool { failure.kind == .unreachable || failure.kind == .timeout }

  /// The failure that an answer of another status than expected is.
  func failure(_ answer: HTTPAnswer, to call: GatewayCall) -> Failure {
    let evidence = evidence(answer, of: call)
    let reason = evidence.reason.map { ": \($0)" } ?? ""
    let (kind, remedy): (Failure.Kind, String?) =
      switch answer.status {
      case 401, 403: (.authentication, "check the administrator's name and password, and what he may do")
      case 400: (.refused, nil)
      case 404: (.gateway, "check the URL: it must be that of an API Gateway 10.7 or later")
      case 503: (.gateway, "the gateway is quiesced, starting or stopping; ask 'quiesce status' and 'health'")
      default: (.gateway, nil)
      }
    return Failure(
      kind, "\(context(call)): HTTP \(answer.status)\(reason)", evidence: evidence.lines, remedy: remedy)
  }

  /// The failure that an answer is which cannot be read.
  func unreadable(_ answer: HTTPAnswer, to call: GatewayCall) -> Failure {
    Failure(
      .gateway, "\(context(call)): the answer is not what an API Gateway says",
      evidence: evidence(answer, of: call).lines,
      remedy: "check the URL: it must be that of an API Gateway 10.7 or later")
  }

  private func evidence(_ answer: HTTPAnswer, of call: GatewayCall) -> AnswerEvidence {
    let pair = Data("\(login.user):\(login.password.reveal())".utf8).base64EncodedString()
    return AnswerEvidence(answer, hiding: call.secrets + [login.password, Secret(pair)])
  }

  private func context(_ call: GatewayCall) -> String { "\(call.title) on \(name)" }
}
