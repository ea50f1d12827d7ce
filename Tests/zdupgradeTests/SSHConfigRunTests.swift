import Foundation
import Lab
import Testing

/// Whether there is an OpenSSH client to be asked.
private let hasClient = FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh")

@Suite(
  "Nodes as the operator's ssh reaches them, against the lab", .serialized,
  .enabled(if: hasClient, "needs openssh-client"))
struct SSHConfigRunTests {
  /// Moves all that the topology says of SSH into an SSH configuration, where `more` stands behind each node's own lines.
  ///
  /// - Returns: its path.
  private static func move(_ run: LabRun, _ more: [String: [String]] = [:]) throws -> String {
    var lines: [String] = []
    try run.editTopology { topology in
      topology["nodes"] = (topology["nodes"] as? [[String: Any]] ?? []).map { node in
        var node = node
        let ssh = node["ssh"] as? [String: Any] ?? [:]
        let name = node["name"] as? String ?? ""
        lines += [
          "Host \(name).alias", "  HostName \(ssh["address"] ?? "")", "  Port \(ssh["port"] ?? "")",
          "  User \(ssh["user"] ?? "")", "  IdentityFile \"\(ssh["identityFile"] ?? "")\"", "  IdentitiesOnly yes",
          "  UserKnownHostsFile \"\(ssh["knownHostsFile"] ?? "")\"",
        ]
        lines += (more[name] ?? []).map { "  \($0)" }
        node["ssh"] = ["address": "\(name).alias"]
        return node
      }
    }
    let file = "\(run.lab.directory)/ssh config"
    try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: false, encoding: .utf8)
    return file
  }

  @Test("an upgrade reaches one node by its alias, one through a jump host, and one by a ProxyCommand")
  func upgrade() async throws {
    try await LabRun.with { run in
      let proxy = "/bin/bash -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & cat >&3; kill $!'"
      let file = try Self.move(
        run,
        ["Node-B": ["ProxyJump %r@Node-A.alias"], "Node-C": ["ProxyCommand \(proxy)", "HostKeyAlias the-third"]])
      // Under its other name the third is a stranger until its key is kept.
      let refused = try await run.zdupgrade("run", ["--ssh_config", file])
      #expect(refused.code == 80 && refused.errors.contains("the-third"), "\(refused.errors)")
      let result = try await run.zdupgrade(
        "run", ["--ssh_config", file, "--host_key_checking", "accept-new", "--channel_per_command"])
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
    }
  }

  @Test("what is wrong in it is told with the host and the words of ssh, and nothing was touched")
  func trouble() async throws {
    try await LabRun.with { run in
      let missing = try await run.zdupgrade("plan", ["--ssh_config", "/no/such/file"])
      #expect(missing.code == 80 && missing.errors.contains("/no/such/file"), "\(missing.errors)")
      let file = try Self.move(
        run,
        [
          "Node-A": ["ProxyJump Node-B.alias"], "Node-B": ["ProxyJump Node-A.alias"],
          "Node-C": ["ProxyCommand sh -c 'echo no way today >&2; exit 4'"],
        ])
      let result = try await run.zdupgrade("plan", ["--ssh_config", file])
      #expect(result.code == 80)
      #expect(result.errors.contains("Node-A: SSH configuration: ProxyJump of"), "\(result.errors)")
      #expect(result.errors.contains("goes in a circle"), "\(result.errors)")
      #expect(result.errors.contains("Node-C: begin SSH with"), "\(result.errors)")
    }
  }
}
