import Hummingbird
import Upgrade

/// `/health` and what is below it.
struct HealthResource: AdminResource {
  let options: APIGatewayOptions
  let faults: GatewayFaultInjector

  func methods(at path: [String]) -> [HTTPRequest.Method] {
    let isKnown = path.isEmpty || ["engine", "admin", "all", "externalServices"].contains(path[0])
    return path.count < 2 && isKnown ? [.get] : []
  }

  func answer(_ call: HTTPCall) async -> ServerAnswer {
    let status = status
    switch call.path.first {
    case "engine": return ServerAnswer(.ok, engine(status))
    case "admin": return ServerAnswer(.ok, admin(status))
    case "externalServices": return ServerAnswer(.ok, .object(["status": .string(status)]))
    case "all":
      return ServerAnswer(
        .ok,
        .object([
          "status": .string(status), "engine": engine(status), "admin": admin(status),
          "external": .object(["status": .string(status)]),
        ]))
    default: return ServerAnswer(.ok, .object(["status": .string(status)]))
    }
  }

  private var status: String {
    switch faults.fault(.health)?.kind {
    case .red: "red"
    case .yellow: "yellow"
    default: DatastoreFolder(path: options.datastore).identity == nil ? "red" : "green"
    }
  }

  private func engine(_ status: String) -> Setting {
    .object([
      "status": .string(status),
      "elasticsearch": .object(["cluster_name": .string("SAG_EventDataStore"), "status": .string(status)]),
      "is": .object(["status": .string("green"), "diskspace": .object(["status": .string("up")])]),
      "terracotta": .object(["status": .string("green")]),
    ])
  }

  private func admin(_ status: String) -> Setting {
    .object(["status": .string(status), "ui": .object(["status": .string("green")]), "kibana": .object([:])])
  }
}
