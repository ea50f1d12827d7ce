import Axway
import Glibc
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("A lab behind HAProxy") struct HAProxyLabTests {
    private func server(_ lab: Lab) -> HAProxyServer {
      HAProxyServer(directory: lab.description.layout.haproxy, proxies: "", listening: [])
    }

    @Test("the topology file names the runtime API's socket, which knows each node's server by its address")
    func runtime() async throws {
      try await withLab(nodes: 4, balancer: .haproxy) { lab in
        let topology = try TopologyBuilder.topology(file: lab.topologyFile)
        guard case .object(let balancer)? = topology.loadBalancer, case .string(let socket)? = balancer["socket"] else {
          Issue.record("no socket in \(String(describing: topology.loadBalancer))")
          return
        }
        #expect(balancer["driver"] == .string("haproxy") && socket == server(lab).socket)
        let state = try await UnixSocket.ask(socket, "show servers state\n", timeout: .seconds(5))
        for node in topology.nodes { #expect(state.contains(" \(node.loadBalancerServer ?? "-") ")) }
        #expect(topology.nodes.map(\.loadBalancerServer) == lab.description.nodes.map(\.address))
      }
    }

    @Test("a server that is in maintenance gets no request, and one whose instance is gone is seen to be down")
    func states() async throws {
      try await withLab(balancer: .haproxy) { lab async throws in
        let haproxy = server(lab)
        #expect(try await haproxy.runtime("set server group_1/Node-A state maint") == "\n")
        let client = TrafficClient(url: "\(lab.description.groups[0].url)/", rate: 50)
        await client.begin()
        #expect(await eventually { await client.report.total > 20 })
        let report = await client.stop()
        #expect(report.failed == 0 && Array(report.answers.keys) == ["7.5.3 Node-B"], "\(report.answers)")
        #expect(try await lab.tools("Node-B").instance(.old, "-k").code == 0)
        let isSeen = await eventually {
          let rows = (try? await haproxy.runtime("show stat")) ?? ""
          return rows.split(separator: "\n").contains { $0.hasPrefix("group_1,Node-B,") && $0.contains(",DOWN,") }
        }
        #expect(isSeen)
      }
    }

    @Test("its folder may have any name, and a crash leaves nothing that down does not end")
    func crash() async throws {
      try await withFolderOfItsOwn { parent async throws in
        try await withLab(nodes: 1, balancer: .haproxy, directory: "\(parent)/it's a \"läb\" $(x) %h #") { lab in
          let haproxy = server(lab)
          #expect(lab.processes.filter { haproxy.processes.contains($0) }.count == 2)
          kill(try #require(haproxy.workers.first), SIGSTOP)
          kill(try #require(haproxy.pid), SIGKILL)
          await lab.down()
          #expect(haproxy.processes.isEmpty)
        }
      }
    }

    @Test("a folder that is too long for the runtime API's socket is refused, and nothing is left behind")
    func longFolder() async throws {
      try await withFolderOfItsOwn { parent in
        var options = LabOptions(topology: LabTopology.standard(nodes: 1), program: BuiltProgram.zdulab)
        options.balancer = .haproxy
        options.directory = "\(parent)/" + String(repeating: "x", count: 80)
        let chosen = options
        let failure = await #expect(throws: Failure.self) { try await Lab.up(chosen) }
        #expect(failure?.message.contains("too long for a Unix socket") == true)
        #expect(!TextFile.exists(options.directory ?? ""))
      }
    }
  }
}
