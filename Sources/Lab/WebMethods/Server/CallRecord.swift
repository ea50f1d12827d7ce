import FoundationEssentials
import Upgrade

/// What was asked of a gateway's administration and what it answered: a JSON object a line, so that requests and answers
/// can be compared with the vendor's OpenAPI afterwards. Passwords are left out.
struct CallRecord: Sendable {
  let path: String

  /// The record of a gateway.
  init(_ options: APIGatewayOptions) { path = "\(options.home)/calls.jsonl" }

  /// Adds a call; `resource` is its path below `/rest/apigateway`.
  func note(_ call: HTTPCall, resource: [String], _ answer: ServerAnswer) {
    var fields: [String: Setting] = [
      "method": .string(call.method.rawValue), "path": .string("/" + resource.joined(separator: "/")),
      "query": .object(call.query.mapValues(Setting.string)), "status": .number(Double(answer.status.code)),
    ]
    fields["body"] = Self.redacted(call.body)
    fields["answer"] = Self.redacted(answer.body)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(Setting.object(fields)) else { return }
    TextFile.append(String(decoding: line, as: UTF8.self) + "\n", to: path)
  }

  /// JSON without its passwords; nil where it is none.
  private static func redacted(_ bytes: [UInt8]) -> Setting? {
    (try? JSONDecoder().decode(Setting.self, from: Data(bytes))).map(redacted)
  }

  private static func redacted(_ value: Setting) -> Setting {
    switch value {
    case .object(let fields):
      var fields = fields.mapValues(redacted)
      if case .string? = fields["password"] { fields["password"] = .string("[redacted]") }
      return .object(fields)
    case .array(let values): return .array(values.map(redacted))
    case .null, .bool, .number, .string: return value
    }
  }
}
