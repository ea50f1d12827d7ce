import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Upgrade

/// A request to a simulated server, read as a whole.
struct HTTPCall: Sendable {
  let method: HTTPRequest.Method
  /// The parts of the path, without escapes.
  let path: [String]
  let query: [String: String]
  let headers: HTTPFields
  let body: [UInt8]

  /// Reads `request`; nil when its body is too long or does not arrive.
  init?(_ request: Request) async {
    guard let body = try? await request.body.collect(upTo: 1 << 20) else { return nil }
    method = request.method
    path = request.uri.path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
    query = Dictionary(request.uri.queryParameters.map { (String($0.key), String($0.value)) }) { $1 }
    headers = request.headers
    self.body = Array(body.readableBytesView)
  }

  /// A call like this one for what is below the first `count` parts of the path.
  func below(_ count: Int) -> HTTPCall { HTTPCall(self, path: Array(path.dropFirst(count))) }

  private init(_ other: HTTPCall, path: [String]) {
    method = other.method
    self.path = path
    query = other.query
    headers = other.headers
    body = other.body
  }

  /// The body's fields; nil where it is no JSON object, or says that it is something else.
  var fields: [String: Setting]? {
    if let type = headers[.contentType], !type.lowercased().contains("json") { return nil }
    guard case .object(let fields)? = try? JSONDecoder().decode(Setting.self, from: Data(body)) else { return nil }
    return fields
  }

  /// Whether it comes from `user`.
  func isFrom(_ user: BasicUser) -> Bool { headers[.authorization] == user.authorization }
}
