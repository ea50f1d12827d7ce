import FoundationEssentials
import Testing

@testable import Lab

@Suite("The simulated sysupgrade", .serialized)
struct SysUpgradeRulesTests {
  @Test("export, upgrade and apply in order bring every node to the new version; status says how far it is")
  func order() async throws {
    try await withLab { lab async throws in
      let nodes = ["Node-A", "Node-B", "Node-C"].map(lab.tools)
      for (node, phrase) in zip(nodes, Array(repeating: "not started", count: 3)) {
        #expect(
          try await node.sysupgrade("status").output == "Current status: \(phrase)\nNext step: sysupgrade export\n")
        #expect(try await node.export().code == 0)
        #expect(
          try await node.sysupgrade("status").output
            == "Current status: export complete\nNext step: sysupgrade upgrade\n")
        #expect(try await node.upgrade().code == 0)
        #expect(
          try await node.sysupgrade("status").output
            == "Current status: export and upgrade complete\nNext step: sysupgrade apply\n")
      }
      for node in nodes {
        try await node.stopOld()
        let apply = try await node.apply()
        #expect(apply.code == 0, "\(apply.output)")
        #expect(try await node.sysupgrade("status").output == "Current status: system upgrade complete\n")
        #expect(try await node.nodeManager(.new, "-s").code == 0)
        #expect(try await node.instance(.new, "-s").code == 0)
        for log in ["export", "upgrade", "apply"] {
          let path = "\(node.home(.new))/upgrade/bin/out/logs/\(log).log"
          #expect(TextFile.read(path)?.contains("completed successfully.") == true)
        }
      }
      #expect(await LabVersions.read(lab).entries.map(\.version) == ["7.7", "7.7", "7.7"])
    }
  }

  @Test("a step that comes too early, and one that succeeded already, are refused; --force forgets the later ones")
  func sequence() async throws {
    try await withLab(nodes: 1) { lab async throws in
      let node = lab.tools("Node-A")
      #expect(try await node.upgrade().code == 100)
      #expect(try await node.apply().code == 100)
      #expect(try await node.export().code == 0)
      #expect(try await node.apply().code == 100)
      #expect(try await node.export().code == 100)
      #expect(try await node.upgrade().code == 0)
      #expect(try await node.upgrade().code == 100)
      #expect(try await node.upgrade("--force").code == 0)
      #expect(try await node.export(anmHost: "node-a.lab", "--force").code == 0)
      #expect(try await node.sysupgrade("status").output.hasPrefix("Current status: export complete\n"))
    }
  }

  @Test("export refuses a wrong --anm_host, a wrong folder, wrong credentials and missing ones")
  func exportRefusals() async throws {
    try await withLab { lab async throws in
      let node = lab.tools("Node-B")
      let wrongHost = try await node.export(anmHost: "Node-A.lab")
      #expect(wrongHost.code == 100)
      #expect(
        wrongHost.output.contains(
          "Host 'Node-A.lab' is not a valid host in the topology. "
            + "Retry with --anm_host set to one of: node-a.lab, node-c.lab"))
      let plain = try await node.export(anmHost: "node-b.lab")
      #expect(plain.output == "ERROR: Host 'node-b.lab' does not have an Admin Node Manager.\n")
      #expect(try await node.sysupgrade("export", "--old_install_dir", node.home(.old)).code == 100)
      let folder = try await node.sysupgrade("export", "--old_install_dir", "\(node.home(.old))/..")
      #expect(folder.code == 100 && folder.output.contains("is not the apigateway directory"))
      #expect(try await node.sysupgrade("export").code == 2)
      let password = try await node.export(anmHost: "node-a.lab", "--password", "-wrong")
      #expect(password.code == 100 && password.output.contains("refused the username or password"))
      let silent = try await node.sysupgrade("export", "--old_install_dir", node.home(.old), "--anm_host", "node-a.lab")
      #expect(silent.code == 100 && silent.output.contains("No value for --username"))
      #expect(try await node.sysupgrade("status").output.hasPrefix("Current status: not started"))
    }
  }

  @Test("export refuses while any old process of any node is down; a Node Manager makes its groups inconsistent")
  func exportNeedsAll() async throws {
    try await withLab { lab async throws in
      let (first, second, third) = (lab.tools("Node-A"), lab.tools("Node-B"), lab.tools("Node-C"))
      #expect(try await second.nodeManager(.old, "-k").code == 0)
      let inconsistent = "Group 'Gateway Group' is inconsistent. Upgrade requires all groups to be consistent."
      let refusal = try await first.export()
      #expect(refusal.code == 100 && refusal.output.contains(inconsistent))
      #expect(try await second.nodeManager(.old, "-d").code == 0)
      #expect(try await third.instance(.old, "-k").code == 0)
      let missing = try await first.export()
      #expect(missing.code == 100)
      #expect(missing.output.contains("'GatewayManager-1' in group 'GatewayManager Group' on host 'node-c.lab'"))
      #expect(try await third.instance(.old, "-d").code == 0)
      #expect(try await first.nodeManager(.old, "-k").code == 0)
      let alone = try await second.export()
      #expect(alone.code == 100 && alone.output.contains("on node-a.lab cannot be contacted"))
      #expect(try await first.nodeManager(.old, "-d").code == 0)
      #expect(try await first.export().code == 0)
    }
  }

  @Test("upgrade refuses a localhost Cassandra in a domain of several nodes, and a missing licence")
  func upgradeRefusals() async throws {
    try await withLab(nodes: 2) { lab async throws in
      let node = lab.tools("Node-A")
      #expect(try await node.export().code == 0)
      for (arguments, server) in [
        (["--cass_host", "localhost", "--cass_port", "9042"], "localhost:9042"), ([], "localhost:9160"),
        (["--cass_host=127.0.1.1"], "127.0.1.1:9160"), (["--cass_host", "::1"], "::1:9160"),
      ] {
        let refusal = try await BuiltProgram.run("\(node.home(.new))/upgrade/bin/sysupgrade", ["upgrade"] + arguments)
        #expect(refusal.code == 100)
        #expect(
          refusal.output == """
            ERROR: This is a multi-node upgrade and a localhost Cassandra server: \(server) has been specified.
            You must use a network accessible address. Run sysupgrade upgrade -h for details.

            """)
      }
      #expect(try await node.sysupgrade("upgrade", "--no_cassandra").code == 0)
      try FileManager.default.removeItem(atPath: "\(node.home(.new))/conf/licenses/gateway.lic")
      let licence = try await node.upgrade("--force")
      #expect(licence.code == 100)
      #expect(licence.output.hasPrefix("ERROR: A LicenseException ("))
      #expect(licence.output.hasSuffix(") occurred while checking licenses\n"))
    }
  }

  @Test("a single node may have its Cassandra on localhost")
  func singleNode() async throws {
    try await withLab(nodes: 1) { lab async throws in
      let node = lab.tools("Node-A")
      #expect(try await node.export().code == 0)
      #expect(try await node.sysupgrade("upgrade", "--cass_host", "localhost").code == 0)
    }
  }

  @Test("options it does not have, values it does not take and values left out are usage errors")
  func usage() async throws {
    try await withLab(nodes: 1) { lab async throws in
      let node = lab.tools("Node-A")
      for arguments in [
        ["export", "--old-install-dir", "x"], ["upgrade", "--anm_host", "a"], ["apply", "--sign_alg", "md5"],
        ["status", "--force"], ["clean", "--force"], ["upgrade", "--cass_host"], ["upgrade", "--no_cassandra=yes"],
        ["nonsense"], [], ["upgrade", "extra"],
      ] {
        #expect(
          try await BuiltProgram.run("\(node.home(.new))/upgrade/bin/sysupgrade", arguments).code == 2, "\(arguments)")
      }
      #expect(try await node.sysupgrade("apply", "-h").code == 0)
    }
  }
}
