import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Upgrade

/// An answer of a simulated server, and what is to happen once it is on its way.
struct ServerAnswer: Sendable {
  var status: HTTPResponse.Status
  var headers: HTTPFields = [:]
  var body: [UInt8] = []
  /// Begins when the answer was handed over, which may be a moment before it is sent; nothing waits for it.
  var afterwards: (@Sendable () async -> Void)?

  /// An answer without a body.
  init(_ status: HTTPResponse.Status) { self.status = status }

  /// JSON as it stands.
  init(_ status: HTTPResponse.Status, json: String) {
    self.status = status
    headers[.contentType] = "application/json"
    body = Array(json.utf8)
  }

  /// A value as JSON.
  init(_ status: HTTPResponse.Status, _ value: Setting) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.init(status, json: (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null")
  }

  /// A refusal in the vendor's form.
  static func refusal(_ status: HTTPResponse.Status, _ reason: String) -> ServerAnswer {
    ServerAnswer(status, .object(["errorDetails": .string(reason)]))
  }

  /// Of a method that a path does not have.
  static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> ServerAnswer {
    var answer = refusal(.methodNotAllowed, "The method is not allowed on this resource.")
    answer.headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
    return answer
  }

  /// Of a caller who did not say who it is, or not truly.
  static func unauthorized(realm: String) -> ServerAnswer {
    var answer = refusal(.unauthorized, "Access denied.")
    answer.headers[.wwwAuthenticate] = "Basic realm=\"\(realm)\""
    return answer
  }

  /// As the server sends it.
  var response: Response {
    var headers = headers
    // 204 has no body, and no length of one.
    if status != .noContent { headers[.contentLength] = "\(body.count)" }
    return Response(
      status: status, headers: headers,
      body: body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
