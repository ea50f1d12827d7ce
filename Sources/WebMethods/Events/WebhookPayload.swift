import Upgrade

/// What a gateway sends to a webhook. Its form is not documented, so an event's name is looked for wherever it may be.
public enum WebhookPayload {
  private static let likelyKeys = ["event", "eventType", "eventName", "name", "type"]

  /// The event that `body` names; nil where it names none that is known.
  public static func event(in body: [UInt8]) -> GatewayEvent? {
    guard let json = AnswerReader.json(body) else {
      let words = String(decoding: body, as: UTF8.self).split { $0.isWhitespace || "\"'=&,;<>".contains($0) }
      return words.lazy.compactMap { GatewayEvent(spelling: String($0)) }.first
    }
    return event(in: json)
  }

  private static func event(in json: Setting) -> GatewayEvent? {
    switch json {
    case .string(let text): return GatewayEvent(spelling: text)
    case .array(let elements): return elements.lazy.compactMap(event).first
    case .object(let object):
      let keys = likelyKeys.filter { object[$0] != nil } + object.keys.sorted()
      return keys.lazy.compactMap { object[$0].flatMap(event) }.first
    case .null, .bool, .number: return nil
    }
  }
}
