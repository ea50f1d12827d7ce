import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

/// A stage for one test, taken down behind it whatever happens; nothing of it may be left then.
func withStage(
  _ change: (inout BlueGreenOptions) -> Void = { _ in }, _ body: (BlueGreenLab) async throws -> Void
) async throws {
  var options = BlueGreenOptions(program: BuiltProgram.zdulab)
  (options.oldCount, options.newCount, options.documents, options.bounceDelay) = (1, 1, 100, 50)
  change(&options)
  let lab = try await BlueGreenLab.up(options)
  do {
    try await body(lab)
  } catch {
    await lab.down()
    throw error
  }
  await lab.down()
  #expect(lab.processes.isEmpty)
  #expect(!FileManager.default.fileExists(atPath: lab.directory))
}

/// The administration of one gateway, called as a client would.
struct Administration {
  let lab: BlueGreenLab
  let node: BlueGreenNode
  /// The server's URL: its own port, or the quiesce port.
  var server: String
  var password: String

  var base: String { "\(server)/rest/apigateway" }

  func call(_ method: String, _ path: String, _ body: String? = nil) async -> Answer {
    await Answer.send(method, path.hasPrefix("/invoke") ? server + path : base + path, body, headers)
  }

  /// The status code alone.
  func status(_ method: String, _ path: String, _ body: String? = nil) async -> UInt? {
    await call(method, path, body).status
  }

  private var headers: [String: String] {
    let user = BasicUser(name: lab.description.username, password: password)
    return ["Authorization": user.authorization, "Content-Type": "application/json"]
  }

  /// The same through the quiesce port.
  var throughQuiescePort: Administration {
    var other = self
    other.server = node.quiesceURL
    return other
  }

  /// Makes the quiesce port, with the three calls of the documentation.
  func makeQuiescePort() async {
    let port = node.quiescePort
    let create = """
      {"factoryKey":"webMethods/HTTP","pkg":"WmRoot","port":"\(port)","portAlias":"QuiescePort"}
      """
    #expect(await status("POST", "/ports", create) == 201)
    let enable = """
      {"listenerKey":"HTTPListener@\(port)","pkg":"WmRoot","requestServiceStatus":""}
      """
    #expect(await status("PUT", "/ports/enable", enable) == 200)
    let set = #"{"portAlias":"QuiescePort"}"#
    #expect(await status("PUT", "/invoke/wm.server.quiesce/setQuiescePort", set) == 200)
  }

  /// The body of a reindex from the old datastore.
  func reindex(
    _ indices: String, url: String? = nil, password: String? = nil, tenant: String = "default",
    properties: String = ""
  ) -> String {
    let secret = JSONText.quoted(password ?? Credentials.secret(lab.datastorePasswordFile) ?? "")
    return """
      {"action":"reindex","indicesType":"\(indices)","sourceElasticsearch":{"url":"\(url ?? lab.sourceURL)",
      "username":"elastic","password":\(secret)},
      "properties":{"apigateway.migration.srcTenantName":"\(tenant)"\(properties)}}
      """
  }

  /// Begins an action and waits for its end.
  ///
  /// - Returns: the reason when it failed.
  @discardableResult
  func migrate(_ action: String, _ body: String? = nil) async -> String? {
    #expect(await status("POST", "/migration", body ?? #"{"action":"\#(action)"}"#) == 202)
    return await end(of: action)
  }

  /// Waits until an action has ended.
  func end(of action: String) async -> String? {
    var reason: String?
    let hasEnded = await eventually(within: .seconds(20)) {
      let answer = await call("GET", "/migration/status?action=\(action)")
      guard answer.status == 200, let fields = JSONText.fields(answer.body) else { return false }
      reason = fields["failureReason"] as? String
      return fields["status"] as? String == "success" || fields["status"] as? String == "failure"
    }
    return hasEnded ? reason : "no end"
  }

  /// One field of an answer.
  func field(_ name: String, of path: String) async -> String? {
    JSONText.fields(await call("GET", path).body)?[name] as? String
  }
}

extension BlueGreenLab {
  func administration(_ name: String) throws -> Administration {
    let node = try description.node(name)
    return Administration(
      lab: self, node: node, server: node.url, password: Credentials.secret(passwordFile) ?? "")
  }

  /// The transactions that a gateway has counted, written or not: what is in its datastore after a second or so.
  func counted(_ name: String) async throws -> Int { try await account().transactions[name] ?? 0 }
}
