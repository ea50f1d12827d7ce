import TestDoubles
import Testing
import Upgrade

@testable import WebMethods

/// Gateways of which each answers in the order that a test says.
struct PreflightBench {
  let settings: BlueGreenSettings
  let clients: [String: GatewayClient]
  private let exchanges: [String: ScriptedExchange]

  /// The nodes of `settings`; one without replies must not be asked.
  init(_ settings: BlueGreenSettings, _ replies: [String: [ScriptedExchange.Reply]]) {
    self.settings = settings
    var exchanges: [String: ScriptedExchange] = [:]
    var clients: [String: GatewayClient] = [:]
    for node in settings.nodes {
      let http = ScriptedExchange(replies[node.name] ?? [])
      exchanges[node.name] = http
      clients[node.name] = GatewayClient(
        name: node.name, url: node.url, login: .init(user: "Administrator", password: Secret("hidden")), retry: .never,
        http: http)
    }
    self.exchanges = exchanges
    self.clients = clients
  }

  /// What the nodes were asked, by name, each as `METHOD RESOURCE`.
  var requests: [String: [String]] {
    get async {
      var requests: [String: [String]] = [:]
      for (name, http) in exchanges {
        requests[name] = await http.questions.map { question in
          let path = question.url.split(separator: "/rest/apigateway/").dropFirst().joined()
          return "\(question.method) \(path)"
        }
      }
      return requests
    }
  }

  /// How many replies nobody asked for.
  var left: Int {
    get async {
      var left = 0
      for http in exchanges.values { left += await http.left }
      return left
    }
  }

  static let green = ScriptedExchange.Reply.ok(#"{"status":"green"}"#)
  static let red = ScriptedExchange.Reply.ok(#"{"status":"red"}"#)
  static let open = ScriptedExchange.Reply.ok(#"{"enable":false}"#)
  static let never = ScriptedExchange.Reply.status(404, "{}")
  static let denied = ScriptedExchange.Reply.status(401, #"{"error":"Access denied."}"#)

  /// What a gateway says that refuses `block`.
  static func quiesced(_ block: String) -> ScriptedExchange.Reply {
    .ok(#"{"enable":true,"block":"\#(block)","status":"success"}"#)
  }

  /// What a gateway says that has these ports.
  static func ports(_ ports: String...) -> ScriptedExchange.Reply {
    .ok(#"{"listeners":[\#(ports.joined(separator: ","))]}"#)
  }
}
