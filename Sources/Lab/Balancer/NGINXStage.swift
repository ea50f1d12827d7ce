import Upgrade

/// The lab's NGINX: one upstream for each group.
struct NGINXStage: BalancerStage {
  let lab: LabDescription
  /// Whether `zdupgrade` is told of it. If not, nobody says when a node is out, and NGINX must not remember for ten seconds
  /// that it was: in a rehearsal the next node may be out by then.
  var isTold = true

  /// The server.
  var server: NGINXServer {
    NGINXServer(directory: lab.layout.nginx, http: configuration, workers: 2, listening: lab.groups.map(\.endpoint))
  }

  /// The include files belong to `zdupgrade` from then on.
  func start() async throws {
    try TextFile.makeFolder(lab.layout.nginx)
    for (index, group) in lab.groups.enumerated() {
      let servers = lab.instances(of: group).map { node, instance in
        "server \(node.address):\(instance.port)\(isTold ? "" : " max_fails=0");\n"
      }
      try TextFile.write(servers.joined(), to: lab.layout.servers(ofGroup: index))
    }
    try await server.start()
  }

  func startAgain() async throws { try await server.start() }

  var setting: Setting {
    .object([
      "driver": .string("nginx"),
      "include": .array(lab.groups.indices.map { .string(lab.layout.servers(ofGroup: $0)) }),
      "pidFile": .string(server.pidFile),
      // The driver appends `-t`.
      "command": .array(server.commandLine.map(Setting.string)),
    ])
  }

  private var configuration: String {
    lab.groups.enumerated().map { index, group in
      // Relative to nginx.conf, so that the lab's folder may have any name.
      let include = lab.layout.servers(ofGroup: index).split(separator: "/").last ?? ""
      return """
        upstream group_\(index + 1) {
          include \(include);
        }
        server {
          listen \(group.endpoint);
          location / { proxy_pass http://group_\(index + 1); }
        }
        """
    }.joined(separator: "\n")
  }
}
