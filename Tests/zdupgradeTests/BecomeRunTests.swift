import Foundation
import Lab
import Testing

/// Whether root can become anybody here.
private let hasSudo = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/sudo")

@Suite(
  "A run as another user, against the lab", .serialized,
  .enabled(if: hasSudo, "needs root, and sudo installed"))
struct BecomeRunTests {
  /// Has every node's commands run as `user`. The lab's own user is left out, or there would be nobody to become.
  private func become(_ user: String, _ run: LabRun) throws {
    try run.editTopology { topology in
      var ssh = topology["ssh"] as? [String: Any] ?? [:]
      ssh["user"] = nil
      ssh["become"] = user
      topology["ssh"] = ssh
      topology["nodes"] = (topology["nodes"] as? [[String: Any]] ?? []).map { node in
        var node = node
        var ssh = node["ssh"] as? [String: Any] ?? [:]
        ssh["user"] = nil
        node["ssh"] = ssh
        return node
      }
    }
  }

  @Test("every command goes through sudo, secrets too, and the nodes' logs say as whom")
  func success() async throws {
    try await LabRun.with { run in
      try become("root", run)
      let plan = try await run.zdupgrade("plan")
      #expect(plan.output.contains("# On Node-A, Node-B, Node-C they run as 'root' (sudo -n -H -u root)."))
      let result = try await run.zdupgrade()
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      for node in ["Node-A", "Node-B", "Node-C"] { #expect(try run.log(node).contains("\ncommands run as root\n")) }
    }
  }

  @Test("where sudo refuses, nothing is changed, and each node is named with sudo's words and the remedy")
  func refused() async throws {
    try await LabRun.with { run in
      try become("zdu-no-such-user", run)
      let result = try await run.zdupgrade()
      #expect(result.code == 80)
      for node in ["Node-A", "Node-B", "Node-C"] {
        let line = result.errors.split(separator: "\n").first { $0.hasPrefix("  \(node): commands cannot be run as") }
        #expect(line?.contains("'zdu-no-such-user' (ssh.become): it says 'sudo: ") == true, "\(result.errors)")
        #expect(line?.contains("ALL=(zdu-no-such-user) NOPASSWD: ALL") == true)
      }
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
    }
  }
}
