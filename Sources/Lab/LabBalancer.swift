import Axway
import Upgrade

/// The lab's NGINX: one port and one upstream for each group, as an operator would write it, with no tricks.
struct LabBalancer: Sendable {
  let lab: LabDescription

  var server: NGINXServer {
    NGINXServer(directory: lab.layout.nginx, http: configuration, workers: 2, listening: lab.groups.map(Self.listener))
  }

  /// Writes the include files, which belong to `zdupgrade` from then on.
  func writeServers() throws {
    try TextFile.makeFolder(lab.layout.nginx)
    for group in lab.groups {
      let servers = lab.nodes.flatMap { node in
        node.instances.filter { $0.group == group.name }.map { "server \(node.address):\($0.port);\n" }
      }
      try TextFile.write(servers.joined(), to: group.include)
    }
  }

  private var configuration: String {
    lab.groups.enumerated().map { index, group in
      // Relative to nginx.conf, so that the lab's folder may have any name.
      let include = group.include.split(separator: "/").last ?? ""
      return """
        upstream group_\(index + 1) {
          include \(include);
        }
        server {
          listen \(Self.listener(group));
          location / { proxy_pass http://group_\(index + 1); }
        }
        """
    }.joined(separator: "\n")
  }

  private static func listener(_ group: LabGroup) -> String { String(group.url.dropFirst("http://".utf8.count)) }
}
