import Foundation
import Lab
import Testing

@Suite("Commands of a blue-green upgrade on the nodes, over SSH", .serialized)
struct BlueGreenSSHTests {
  private struct Lock: Decodable {
    let node: String
    let state: String
    let run: String?
  }

  /// Starts an sshd for each old gateway's host, has the configuration file name them, and ends them behind `body`.
  private static func withServers(_ stage: BlueGreenStage, _ body: ([SSHServer]) async throws -> Void) async throws {
    let directory = stage.lab.directory
    let key = try await SSHKey.generate(.ed25519, at: "\(directory)/user-key")
    var servers: [SSHServer] = []
    do {
      for node in stage.lab.description.old {
        let home = "\(directory)/home-\(node.name)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        servers.append(
          try await SSHServer.start(
            .init(
              folder: "\(directory)/sshd-\(node.name)", address: node.address, authorizedKeys: [key.publicKey],
              environment: ["HOME": home, "GATEWAY": node.name])))
      }
      let known = servers.flatMap(\.knownHostsLines).joined(separator: "\n") + "\n"
      try known.write(toFile: "\(directory)/known_hosts", atomically: true, encoding: .utf8)
      try stage.edit { file in
        for (node, server) in zip(stage.old, servers) {
          file.changeNode(node) { $0["ssh"] = ["port": server.port] }
        }
        file["ssh"] = [
          "user": servers[0].user, "identityFile": key.path, "knownHostsFile": "\(directory)/known_hosts",
        ]
        let script = #"exec "$0" bluegreen node "$1" "$GATEWAY" restart"#
        file["restart"] = [
          "command": ["/bin/sh", "-c", script, stage.lab.description.program, directory], "on": "node", "timeout": 60,
        ]
      }
      try await body(servers)
    } catch {
      for server in servers { await server.stop() }
      throw error
    }
    for server in servers { await server.stop() }
  }

  private static func locks(_ stage: BlueGreenStage) async throws -> [Lock] {
    let result = try await Program.zdupgrade(
      ["locks", "--config", stage.lab.upgradeFile, "--log_dir", stage.logs, "--format", "json"])
    #expect(result.code == 0, "\(result.errors)")
    return try JSONDecoder().decode([Lock].self, from: Data(result.output.utf8))
  }

  @Test("the way back behind QUIESCE ALL restarts the old gateways on their hosts; only these hosts are locked")
  func restart() async throws {
    try await BlueGreenStage.with { stage in
      try await Self.withServers(stage) { _ in
        #expect(try await Self.locks(stage).map { "\($0.node) \($0.state)" } == ["Old-1 free", "Old-2 free"])
        try stage.lab.setFault("Old-2:quiesce-all:fail:cannot flush")
        async let running = stage.bluegreen("run")
        let journal = try await stage.journal { $0.isPaused }
        let locks = try await Self.locks(stage)
        #expect(locks.map { "\($0.node) \($0.state)" } == ["Old-1 held", "Old-2 held"])
        #expect(locks.allSatisfy { $0.run == journal.run })
        try await stage.signal(SIGUSR1) { $0.isPaused }
        let failed = try await running
        #expect(failed.code == 88, "\(failed.output)\n\(failed.errors)")
        #expect(
          try stage.journal.takenBack()
            == ["Old-2", "Old-1"].flatMap(BlueGreenWayBack.startedAgain)
            + ["New-2", "New-1"].flatMap(BlueGreenWayBack.out)
        )
        try await stage.expectOldServes()
        for node in stage.old {
          let log = try String(
            contentsOfFile: "\(stage.lab.directory)/sshd-\(node)/sshd.log", encoding: .utf8)
          #expect(log.contains("Accepted publickey"))
          let home = try FileManager.default.subpathsOfDirectory(atPath: "\(stage.lab.directory)/home-\(node)")
          #expect(!home.contains { $0.contains("lock") }, "\(home)")
        }
        #expect(try await Self.locks(stage).map(\.state) == ["free", "free"])
        stage.lab.clearFaults()
        let resumed = try await stage.bluegreen("resume", "--yes")
        #expect(resumed.code == 0, "\(resumed.output)\n\(resumed.errors)")
        try await stage.expectComplete(isCountingAll: false)
      }
    }
  }
}
