import FoundationEssentials
import Upgrade

/// The HTTP API of an NGINX Plus: what is asked and ordered there.
struct NginxPlusAPI: Sendable {
  /// What a server can be told. `drain` cannot be taken back but by making the server up, with `down: false`.
  enum Order: String, Sendable {
    case drain = #"{"drain":true}"#
    case down = #"{"down":true}"#
    case up = #"{"down":false}"#
  }

  let settings: NginxPlusSettings
  let http: any HTTPExchange
  let login: HTTPQuestion.Login?

  /// All servers of the upstreams.
  func peers() async throws -> [NginxPlusPeer] {
    var all: [NginxPlusPeer] = []
    for upstream in settings.upstreams {
      let path = "http/upstreams/\(URLText.escaped(upstream))"
      let peers = try await answer(HTTPQuestion("GET", url(path), login: login), "read upstream '\(upstream)'")
      let servers = try await answer(HTTPQuestion("GET", url("\(path)/servers"), login: login), "read its servers")
      guard let list = NginxPlusPeer.list(upstream, peers: peers, servers: servers) else {
        throw Failure(.balancer, "nginx-plus: \(url(path)) does not answer as the API of NGINX Plus does")
      }
      all += list
    }
    return all
  }

  /// Gives an order, by the number that the server has now.
  func order(_ order: Order, _ peer: NginxPlusPeer) async throws {
    let url = url("http/upstreams/\(URLText.escaped(peer.upstream))/servers/\(peer.id)")
    let question = HTTPQuestion("PATCH", url, login: login, json: Array(order.rawValue.utf8))
    _ = try await answer(question, "set \(peer.server) of upstream '\(peer.upstream)' to \(order.rawValue)")
  }

  private func url(_ path: String) -> String { "\(settings.api)/\(path)" }

  private func answer(_ question: HTTPQuestion, _ what: String) async throws -> [UInt8] {
    let answer: HTTPAnswer
    do {
      answer = try await http.answer(to: question, trust: settings.trust, timeout: min(settings.timeout, .seconds(10)))
    } catch let failure as Failure {
      throw Failure(
        .balancer, "nginx-plus: \(what): \(failure.message)", exitCode: failure.exitCode, evidence: failure.evidence,
        remedy: failure.remedy)
    }
    guard !(200..<300).contains(answer.status) else { return answer.body }
    throw failure(answer, what)
  }

  private func failure(_ answer: HTTPAnswer, _ what: String) -> Failure {
    let error = try? JSONDecoder().decode(APIError.self, from: Data(answer.body)).error
    let reason = error.map { "\($0.text) (\($0.code))" } ?? "no reason given"
    let body = String(decoding: answer.body.prefix(1000), as: UTF8.self)
    return Failure(
      .balancer, "nginx-plus: \(what): HTTP \(answer.status), \(reason)",
      evidence: body.split(whereSeparator: \.isNewline).map(String.init), remedy: remedy(answer.status, error?.code))
  }

  private func remedy(_ status: Int, _ code: String?) -> String? {
    switch (status, code) {
    case (401, _), (403, _): "check user and passwordFile, and who may use the API's location in nginx.conf"
    case (_, "MethodDisabled"): "let the API's location in nginx.conf have 'api write=on;'"
    case (_, "UpstreamNotFound"): "correct upstreams in the topology file"
    case (_, "UpstreamStatic"): "give the upstream a 'zone' in nginx.conf"
    case (_, "UnknownVersion"), (_, "PathNotFound"): "set apiVersion to one that GET /api/ lists, or correct url"
    default: nil
    }
  }

  private struct APIError: Decodable {
    struct Content: Decodable {
      let text: String
      let code: String
    }

    let error: Content
  }
}
