import Upgrade

/// The NGINX before the gateways of a stage.
struct BlueGreenBalancer: Sendable {
  let description: BlueGreenDescription

  private var layout: BlueGreenLayout { BlueGreenLayout(directory: description.directory) }

  /// The server.
  var server: NGINXServer {
    NGINXServer(
      directory: layout.nginx,
      http: """
        upstream gateways {
          include servers.conf;
        }
        server {
          listen \(description.balancer);
          location / { proxy_pass http://gateways; }
        }
        """, workers: 2, listening: [description.balancer])
  }

  /// Starts it; the new gateways are known to it, and get nothing. The include file belongs to `zdupgrade` from then on.
  func start() async throws {
    try TextFile.makeFolder(layout.nginx)
    let lines = description.nodes.map { "server \($0.server)\($0.isOld ? "" : " down");\n" }
    try TextFile.write(lines.joined(), to: layout.servers)
    try await server.start()
  }

  /// What a configuration file of `zdupgrade` says about it.
  var setting: Setting {
    .object([
      "driver": .string("nginx"), "include": .string(layout.servers), "pidFile": .string(server.pidFile),
      "command": .array(server.commandLine.map(Setting.string)),
    ])
  }
}
