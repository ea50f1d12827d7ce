import AsyncHTTPClient

/// Looks at a stage from outside, for who compares it with another one.
struct BlueGreenLook: Sendable {
  let lab: BlueGreenLab

  private var description: BlueGreenDescription { lab.description }
  private var layout: BlueGreenLayout { BlueGreenLayout(directory: lab.directory) }

  /// The processes that serve: gateways with what starts them, and datastores.
  var servers: Set<Int32> {
    let processes = BlueGreenProcesses(description: description)
    let gateways = description.nodes.map(processes.options).flatMap { [$0.launcherRecord, $0.servingRecord] }
    let datastores = lab.processes.filter { pid in
      let words = TextFile.bytes("/proc/\(pid)/cmdline")?.split(separator: 0).map {
        String(decoding: $0, as: UTF8.self)
      }
      return words?.dropFirst().first == "datastore"
    }
    return Set(gateways.compactMap { $0.running?.pid } + datastores)
  }

  /// NGINX's include file with the gateways' names for their addresses, which differ from stage to stage.
  var balancerServers: String {
    let text = TextFile.read(layout.servers) ?? ""
    return description.nodes.reduce(text) { $0.replacing($1.server, with: $1.name) }
      .split(separator: "\n").joined(separator: " ")
  }

  /// How many webhooks each datastore has, by the side's name.
  var webhooks: [(side: String, count: Int)] {
    [("old", layout.oldDatastore), ("new", layout.newDatastore)].map { side, path in
      let file = SharedFile<[Webhook]>(path: DatastoreFolder(path: path).webhooks, initial: [])
      return (side, file.read().count)
    }
  }

  /// Whether a gateway serves, and what it refuses.
  func standing(of node: BlueGreenNode) async -> String {
    guard (try? lab.isServing(node.name)) == true else { return "no" }
    guard let answer = await ask(node, "/quiescemode"), answer.status == 200,
      let fields = JSONText.fields(answer.body)
    else { return "its administration refuses" }
    guard fields["enable"] as? Bool == true else { return "yes" }
    return "yes, but quiesced: \(fields["block"] as? String ?? "")"
  }

  private func ask(_ node: BlueGreenNode, _ path: String) async -> (status: UInt, body: String)? {
    let user = BasicUser(name: description.username, password: Credentials.secret(lab.passwordFile) ?? "")
    var request = HTTPClientRequest(url: "\(node.url)/rest/apigateway\(path)")
    request.headers.add(name: "Authorization", value: user.authorization)
    let client = HTTPClient(configuration: .singleTry)
    var answer: (status: UInt, body: String)?
    if let response = try? await client.execute(request, timeout: .seconds(10)),
      let body = try? await response.body.collect(upTo: 65_536)
    {
      answer = (response.status.code, String(buffer: body))
    }
    // Shutting a client down fails only when it is done twice.
    try? await client.shutdown()
    return answer
  }
}
