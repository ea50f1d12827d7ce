import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import NIOCore
import Upgrade
import WebMethods

/// Decides about one request to the listener.
struct WebhookDoor: Sendable {
  private static let bodyLimit = 64 * 1024

  private let token: URLToken
  private let nodes: [String: String]
  private let authorization: String?
  private let report: @Sendable (ReportedEvent) async -> Void

  init(
    token: URLToken, nodes: [String], login: HTTPQuestion.Login?,
    report: @escaping @Sendable (ReportedEvent) async -> Void
  ) {
    self.token = token
    self.nodes = Dictionary(nodes.map { (URLText.escaped($0), $0) }) { first, _ in first }
    authorization = login.map {
      "Basic " + Data("\($0.user):\($0.password.reveal())".utf8).base64EncodedString()
    }
    self.report = report
  }

  /// The answer to `request`, whose event is reported before.
  func answer(_ request: Request) async -> Response {
    guard let node = node(request) else { return response(.notFound) }
    guard isAllowed(request) else {
      var response = response(.unauthorized)
      response.headers[.wwwAuthenticate] = #"Basic realm="webhooks""#
      return response
    }
    var request = request
    guard let body = try? await request.collectBody(upTo: Self.bodyLimit) else { return response(.contentTooLarge) }
    await report(ReportedEvent(node: node, event: WebhookPayload.event(in: Array(body.readableBytesView))))
    return response(.noContent)
  }

  /// The node whose URL is called; nil for any other request. The operator's URL may have a path before it.
  private func node(_ request: Request) -> String? {
    guard request.method == .post || request.method == .put else { return nil }
    let path = request.head.path?.prefix { $0 != "?" } ?? ""
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).suffix(2)
    guard parts.count == 2, let secret = parts.first, let name = parts.last, token.matches(String(secret)) else {
      return nil
    }
    return nodes[String(name)]
  }

  private func isAllowed(_ request: Request) -> Bool {
    guard let authorization else { return true }
    return ConstantTime.areEqual(authorization, request.headers[.authorization] ?? "")
  }

  private func response(_ status: HTTPResponse.Status) -> Response {
    // No connection stays open for what comes once in a while, and none whose body was not read.
    Response(status: status, headers: [.connection: "close"])
  }
}
