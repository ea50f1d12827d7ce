import Axway
import FoundationEssentials
import Testing

@testable import Lab

extension OnStage {
  @Suite("The simulated sysupgrade apply") struct ApplyRulesTests {
    private static let unsigned =
      "ERROR: Failed to sign CSR for service. None of the available Admin Node Managers have the domain private key\n"

    private func prepared(_ lab: Lab) async throws -> (NodeTools, NodeTools, NodeTools) {
      for name in ["Node-A", "Node-B", "Node-C"] {
        #expect(try await lab.tools(name).export().code == 0)
        #expect(try await lab.tools(name).upgrade().code == 0)
      }
      return (lab.tools("Node-A"), lab.tools("Node-B"), lab.tools("Node-C"))
    }

    @Test("the first one is on the Admin Node Manager it names; later ones need that one up and the same --anm_host")
    func domain() async throws {
      try await withLab { lab async throws in
        let (first, second, third) = try await prepared(lab)
        try await second.stopOld()
        #expect(try await second.apply().output == Self.unsigned, "on a plain node first")
        #expect(try await second.apply(anmHost: "node-b.lab").output == Self.unsigned)
        try await third.stopOld()
        #expect(try await third.apply().output == Self.unsigned, "names another Admin Node Manager, which is not up")
        try await first.stopOld()
        #expect(try await first.apply().code == 0)
        for side in Side.allCases {
          let holders = [first, second, third].filter { TextFile.exists("\($0.home(side))/\(DomainKey.path)") }
          #expect(holders.map(\.node) == ["Node-A"], "the domain's key is where its first Admin Node Manager is")
        }
        #expect(try await second.apply(anmHost: "node-c.lab").output == Self.unsigned)
        #expect(try await first.nodeManager(.new, "-k").code == 0)
        #expect(try await second.apply().output == Self.unsigned, "the first one is down")
        #expect(try await first.nodeManager(.new, "-d").code == 0)
        #expect(try await second.apply().code == 0)
        #expect(try await second.apply().code == 100, "a second time")
        #expect(try await third.apply().code == 0)
      }
    }

    @Test("it refuses while old processes run on the node, and wrong credentials or passphrase")
    func refusals() async throws {
      try await withLab { lab async throws in
        let (first, _, _) = try await prepared(lab)
        let running = try await first.apply()
        #expect(running.code == 100)
        #expect(running.output.contains("Node Manager, API Gateway 'Gateway-1' in group 'Gateway Group'"))
        #expect(try await first.nodeManager(.old, "-k").code == 0)
        #expect(try await first.apply().code == 100, "the instance still runs")
        #expect(try await first.instance(.old, "-k").code == 0)
        let password = try await first.apply(anmHost: "node-a.lab", "--password", "wrong")
        #expect(password.code == 100 && password.output.contains("username or password is wrong"))
        let passphrase = try await first.apply(anmHost: "node-a.lab", "--domain_passphrase=")
        #expect(passphrase.code == 100 && passphrase.output.contains("domain passphrase is wrong"))
        #expect(try await first.nodeManager(.new, "-s").code == 1, "nothing was started")
        #expect(try await first.apply().code == 0)
      }
    }

    @Test("clean ends the new processes and resets the node; on the first one it destroys the domain for all")
    func clean() async throws {
      try await withLab { lab async throws in
        let (first, second, _) = try await prepared(lab)
        for node in [first, second] {
          try await node.stopOld()
          #expect(try await node.apply().code == 0)
        }
        #expect(try await second.sysupgrade("clean").code == 0)
        #expect(try await second.instance(.new, "-d").code != 0, "there is no instance any more")
        #expect(try await second.sysupgrade("status").output.hasPrefix("Current status: not started"))
        #expect(NewDomain.read(lab.description.layout) != nil)
        #expect(try await first.sysupgrade("clean", "--tracelevel", "DEBUG").code == 0)
        #expect(NewDomain.read(lab.description.layout) == nil)
        #expect(LabStatus(of: lab).nodes.map(\.newProcesses) == [0, 0, 0])
      }
    }

    @Test("new processes cannot be started before apply, and not while the old ones hold their ports")
    func ports() async throws {
      try await withLab { lab async throws in
        let (first, _, _) = try await prepared(lab)
        #expect(try await first.nodeManager(.new, "-d").code == 1)
        #expect(try await first.instance(.new, "-d").code == 2)
        try await first.stopOld()
        #expect(try await first.apply().code == 0)
        #expect(try await first.instance(.new, "-k").code == 0)
        #expect(try await first.instance(.old, "-d").code == 0)
        let taken = try await first.instance(.new, "-d")
        #expect(taken.code == 1 && taken.output.contains("could not be started"))
        #expect(try await first.instance(.new, "-s").code == 1)
        #expect(await LabVersions.read(lab).entries[0].version == "7.5.3")
      }
    }
  }
}
