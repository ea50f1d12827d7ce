import Upgrade

/// One request to a gateway as data: what is sent is what a test compares.
struct GatewayCall: Sendable {
  /// What it does, as a verb phrase for messages.
  let title: String
  let method: String
  let url: String
  /// The object that is sent; nil for none.
  var body: [String: Setting]?
  /// Whether sending it twice is as good as once.
  let isRepeatable: Bool
  /// What is in the body and must not be seen in the evidence of an answer.
  var secrets: [Secret] = []

  /// A GET, which can always be repeated.
  static func get(_ title: String, _ url: String) -> GatewayCall {
    GatewayCall(title: title, method: "GET", url: url, isRepeatable: true)
  }

  /// Whether an answer with `status` may be another one soon. A 503 to anything but a GET is what a quiesced gateway
  /// says, again and again.
  func isPassing(_ status: Int) -> Bool {
    switch status {
    case 502, 504: true
    case 503: method == "GET"
    default: false
    }
  }
}
