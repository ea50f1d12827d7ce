import Clients
import CommandHandlers
import Foundation
import Hummingbird
import Lab
import LoadBalancers
import Logging
import Synchronization
import Upgrade

/// A server that follows the documented behaviour of NGINX Plus's API, version 9, for upstream groups.
final class NginxPlusServer: Sendable {
  struct Peer: Sendable {
    var id: Int
    let server: String
    var isDown = false
    var isDraining = false
    var active = 0
    /// What a health check makes of it.
    var health = "up"

    var state: String { isDown ? "down" : isDraining ? "draining" : health }
  }

  enum Trouble: Sendable { case none, hang, internalError, notJSON }

  struct State: Sendable {
    var upstreams: [String: [Peer]]
    var trouble = Trouble.none
    var isWritable = true
    var login: String?
    /// The servers whose PATCH fails.
    var stubborn: Set<String> = []
    var orders: [String] = []
  }

  let address: String
  private let state: Mutex<State>
  private let task = Mutex<Task<Void, Never>?>(nil)

  private init() throws {
    let host = LoopbackPort.ownAddress()
    address = "\(host):\(try LoopbackPort.free(at: host))"
    let peers = [Peer(id: 0, server: "10.0.0.1:8080"), Peer(id: 1, server: "10.0.0.2:8080")]
    state = Mutex(State(upstreams: ["gateways": peers, "two / ü": peers]))
  }

  /// Runs `body` with a server, and ends it whatever happens.
  static func with(_ body: (NginxPlusServer) async throws -> Void) async throws {
    let server = try NginxPlusServer()
    try await server.start()
    do {
      try await body(server)
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  var nodes: [Node] {
    [1, 2].map { Node(name: "Node-\($0)", host: "h", groups: [], loadBalancerServer: "10.0.0.\($0):8080") }
  }

  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
  var now: State { state.withLock { $0 } }
  func peer(_ index: Int, of upstream: String = "gateways") -> Peer? { now.upstreams[upstream]?[index] }

  func setting(_ more: [String: Setting] = [:]) -> Setting {
    .object(
      [
        "driver": .string("nginx-plus"), "url": .string("http://\(address)/"),
        "upstreams": .array([.string("gateways"), .string("two / ü")]), "timeout": .number(2),
      ].merging(more) { _, new in new })
  }

  /// Runs `body` with a way to make drivers.
  func withDriver<Value>(
    _ more: [String: Setting] = [:], _ body: (_ make: @escaping () throws -> any LoadBalancer) async throws -> Value
  ) async throws -> Value {
    let setting = setting(more)
    return try await withRequests { surroundings in
      try await body { try LoadBalancerRegistry.standard.make(from: setting, file: "t.json", in: surroundings) }
    }
  }

  func stop() async {
    let task = task.withLock { $0 }
    task?.cancel()
    await task?.value
  }

  private func start() async throws {
    let parts = address.split(separator: ":")
    let router = Router()
    router.on("**", method: .get) { request, _ in try await self.answer(request, nil) }
    router.on("**", method: .patch) { request, _ in
      let body = try await request.body.collect(upTo: 1 << 16)
      return try await self.answer(request, Data(buffer: body))
    }
    let application = Application(
      router: router, configuration: .init(address: .hostname(String(parts[0]), port: Int(parts[1]) ?? 0)),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    task.withLock { $0 = Task { try? await application.runService(gracefulShutdownSignals: []) } }
    guard await eventually({ LoopbackPort.isListening(address) }) else { throw Failure(.timeout, "the test's server") }
  }

  private func answer(_ request: Request, _ body: Data?) async throws -> Response {
    switch now.trouble {
    case .none: break
    case .hang: try await Task.sleep(for: .seconds(60))
    case .internalError: return Self.response(500, "<html>500 Internal Server Error</html>")
    case .notJSON: return Self.response(200, "hello")
    }
    if let login = now.login, request.headers[.authorization] != "Basic \(Data(login.utf8).base64EncodedString())" {
      return Self.response(401, "<html>401 Authorization Required</html>")
    }
    let path = request.uri.path.split(separator: "/").map { String($0).removingPercentEncoding ?? "" }
    guard path.count >= 2, path[0] == "api" else { return Self.response(404, "<html>404 Not Found</html>") }
    guard path[1] == "9" else { return Self.error(404, "unknown version", "UnknownVersion") }
    guard path.count >= 5, path[2] == "http", path[3] == "upstreams" else {
      return Self.error(404, "path not found", "PathNotFound")
    }
    guard let peers = now.upstreams[path[4]] else { return Self.error(404, "upstream not found", "UpstreamNotFound") }
    switch (path.count, body) {
    case (5, nil): return Self.json(["peers": peers.map(Self.status), "keepalive": 0, "zone": path[4]])
    case (6, nil): return Self.json(peers.map(Self.configuration))
    case (7, .some(let body)): return patch(path[4], Int(path[6]) ?? -1, body)
    default: return Self.error(404, "path not found", "PathNotFound")
    }
  }

  private func patch(_ upstream: String, _ id: Int, _ body: Data) -> Response {
    guard now.isWritable else { return Self.error(405, "method disabled", "MethodDisabled") }
    guard let order = (try? JSONSerialization.jsonObject(with: body)) as? [String: Bool] else {
      return Self.error(400, "not a JSON object", "UpstreamConfFormatError")
    }
    return state.withLock { state in
      guard let index = state.upstreams[upstream]?.firstIndex(where: { $0.id == id }) else {
        return Self.error(404, "server with ID \"\(id)\" does not exist", "UpstreamServerNotFound")
      }
      let server = state.upstreams[upstream]?[index].server ?? ""
      state.orders.append("\(upstream) \(server) \(String(decoding: body, as: UTF8.self))")
      guard !state.stubborn.contains(server + " " + upstream) else {
        return Self.error(500, "cannot allocate memory", "UpstreamOutOfMemory")
      }
      for (key, value) in order {
        switch (key, value) {
        case ("drain", true): state.upstreams[upstream]?[index].isDraining = true
        case ("drain", false): return Self.error(400, "draining cannot be unset", "UpstreamConfFormatError")
        case ("down", _):
          state.upstreams[upstream]?[index].isDown = value
          if !value { state.upstreams[upstream]?[index].isDraining = false }
        default: return Self.error(400, "unknown parameter \"\(key)\"", "UpstreamConfFormatError")
        }
      }
      return Self.json(state.upstreams[upstream].map { Self.configuration($0[index]) } ?? [:])
    }
  }

  private static func status(_ peer: Peer) -> [String: Any] {
    [
      "id": peer.id, "server": peer.server, "name": peer.server, "backup": false, "weight": 1, "state": peer.state,
      "active": peer.active, "requests": 12, "unavail": 0,
    ]
  }

  private static func configuration(_ peer: Peer) -> [String: Any] {
    var fields: [String: Any] = [
      "id": peer.id, "server": peer.server, "weight": 1, "max_fails": 1, "down": peer.isDown,
    ]
    if peer.isDraining { fields["drain"] = true }
    return fields
  }

  private static func error(_ status: Int, _ text: String, _ code: String) -> Response {
    json(["error": ["status": status, "text": text, "code": code], "request_id": "0", "href": "x"], status: status)
  }

  private static func json(_ value: Any, status: Int = 200) -> Response {
    let data = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
    return response(status, String(decoding: data, as: UTF8.self))
  }

  private static func response(_ status: Int, _ text: String) -> Response {
    Response(status: .init(code: status), body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}

/// Runs `body` with surroundings that can send HTTP requests and run commands here.
func withRequests<Value>(_ body: (Surroundings) async throws -> Value) async throws -> Value {
  let requests = HTTPRequestClient()
  let local = LocalCommandHandler()
  do {
    let value = try await body(
      Surroundings(local: local, remote: { _ in BalancerShell(handler: local, node: "") }, http: requests))
    await requests.shutdown()
    return value
  } catch {
    await requests.shutdown()
    throw error
  }
}
