import FoundationEssentials
import Upgrade

/// What an unexpected answer said, with secrets taken out: ours, and those of others that a gateway shows.
struct AnswerEvidence {
  private static let limit = 4000
  /// The names under which gateways and proxies give their reason, the most telling first.
  private static let reasonKeys = ["failureReason", "errorDetails", "message", "error", "reason", "Exception"]

  /// The gateway's own reason in one line; nil where it gives none.
  let reason: String?
  /// The body's lines.
  let lines: [String]

  init(_ answer: HTTPAnswer, hiding secrets: [Secret]) {
    let redaction = Redaction(hiding: secrets + secrets.compactMap(Self.inJSON))
    guard let json = try? JSONDecoder().decode(Setting.self, from: Data(answer.body)) else {
      let body = redaction.of(String(decoding: answer.body, as: UTF8.self))
      lines = body.prefix(Self.limit).split(whereSeparator: \.isNewline).map { PlainText.oneLine(String($0)) }
      reason = nil
      return
    }
    let text = redaction.of(JSONText.of(Self.withoutPasswords(json)))
    lines = text == "{}" ? [] : [PlainText.oneLine(String(text.prefix(Self.limit)))]
    reason = Self.reason(json).map { String(PlainText.oneLine(redaction.of($0)).prefix(300)) }
  }

  private static func reason(_ json: Setting) -> String? {
    guard case .object(let object) = json else { return nil }
    for key in reasonKeys {
      if case .string(let text) = object[key], !text.isEmpty { return text }
    }
    return nil
  }

  private static func withoutPasswords(_ json: Setting) -> Setting {
    switch json {
    case .object(let object):
      .object(
        object.reduce(into: [:]) { result, entry in
          let isSecret = ["password", "secret", "token"].contains { entry.key.lowercased().contains($0) }
          let isThere = entry.value != .null
          result[entry.key] = isSecret && isThere ? .string("[redacted]") : withoutPasswords(entry.value)
        })
    case .array(let elements): .array(elements.map(withoutPasswords))
    case .null, .bool, .number, .string: json
    }
  }

  /// The secret as it stands within a JSON text, where that is otherwise.
  private static func inJSON(_ secret: Secret) -> Secret? {
    Secret(String(JSONText.of(.string(secret.reveal())).dropFirst().dropLast()))
  }
}
