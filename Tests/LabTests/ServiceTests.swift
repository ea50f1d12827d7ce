import AsyncHTTPClient
import FoundationEssentials
import Glibc
import Testing

@testable import Lab

@Suite("The simulated processes", .serialized)
struct ServiceTests {
  private func status(_ url: String) async -> UInt? {
    let client = HTTPClient(configuration: .singleTry)
    let status = try? await client.execute(HTTPClientRequest(url: url), timeout: .seconds(10)).status.code
    try? await client.shutdown()
    return status
  }

  private func url(_ lab: Lab, _ name: String) throws -> String {
    let node = try #require(lab.description.node(name))
    return node.url(of: try #require(node.instances.first))
  }

  @Test("a stop lets the requests in flight finish, and refuses new ones")
  func inFlight() async throws {
    try await withLab(nodes: 1) { lab in
      let url = try url(lab, "Node-A")
      let slow = Task { await status("\(url)/slow?ms=1500") }
      // A second request shows that the first, sent before it, has been read.
      try await Task.sleep(for: .milliseconds(200))
      #expect(await status("\(url)/") == 200)
      let start = ContinuousClock.now
      #expect(try await lab.tools("Node-A").instance(.old, "-k").code == 0)
      #expect(ContinuousClock.now - start > .milliseconds(500), "it waited for the request")
      #expect(await slow.value == 200)
      #expect(await status("\(url)/") == nil)
    }
  }

  @Test("with a shutdown delay /healthchecklb turns 503 at once while requests are still served")
  func shutdownDelay() async throws {
    try await withLab(nodes: 1, shutdownDelay: 1500) { lab in
      let url = try url(lab, "Node-A")
      #expect(await status("\(url)/healthcheck") == 200)
      #expect(await status("\(url)/healthchecklb") == 200)
      let stop = Task { try await lab.tools("Node-A").instance(.old, "-k") }
      #expect(await eventually { await status("\(url)/healthchecklb") == 503 })
      #expect(await status("\(url)/") == 200)
      #expect(try await stop.value.code == 0)
      #expect(await status("\(url)/healthchecklb") == nil)
    }
  }

  @Test("starting what runs and stopping what does not are successes that change nothing")
  func idempotent() async throws {
    try await withLab(nodes: 1) { lab in
      let node = lab.tools("Node-A")
      let before = Set(lab.processes)
      let again = try await node.instance(.old, "-d")
      #expect(again.code == 0 && again.output.contains("is already running"))
      #expect(Set(lab.processes) == before)
      #expect(try await node.instance(.old, "-k").code == 0)
      #expect(try await node.instance(.old, "-k").code == 0)
      #expect(try await node.instance(.old, "-s").code == 1)
      #expect(try await node.instance(.old, "-d").code == 0)
      #expect(try await node.instance(.old, "-s").code == 0)
    }
  }

  @Test("unknown names, missing options and two actions at once are usage errors")
  func usage() async throws {
    try await withLab(nodes: 1) { lab in
      let script = "\(lab.tools("Node-A").home(.old))/posix/bin/startinstance"
      for arguments in [
        ["-n", "Gateway-9", "-g", "Gateway Group", "-s"], ["-n", "Gateway-1", "-g", "gateway group", "-s"],
        ["-n", "Gateway-1", "-d"], ["-n", "Gateway-1", "-g", "Gateway Group", "-d", "-k"], ["-x"],
      ] {
        let result = try await BuiltProgram.run(script, arguments)
        #expect(result.code == 2, "\(arguments)")
      }
    }
  }

  @Test("a kill -9 is noticed, and a recycled pid is not taken for the process")
  func records() async throws {
    try await withLab(nodes: 1) { lab in
      let node = try #require(lab.description.nodes.first)
      let record = Installation(.old, of: node, in: lab.description).record(of: .nodeManager)
      let pid = try #require(record.running).pid
      kill(pid, SIGKILL)
      #expect(await eventually { record.running == nil })
      #expect(try await lab.tools("Node-A").nodeManager(.old, "-s").code == 1)
      try TextFile.write("\(getpid()) 1\n", to: record.path)
      #expect(try await lab.tools("Node-A").nodeManager(.old, "-s").code == 1)
      #expect(try await lab.tools("Node-A").nodeManager(.old, "-d").code == 0)
      #expect(record.running != nil)
    }
  }

  @Test("the Topology API wants the password, and names hosts, groups and Admin Node Managers")
  func topologyAPI() async throws {
    try await withLab { lab in
      var configuration = HTTPClient.Configuration.singleTry
      configuration.tlsConfiguration = .makeClientConfiguration()
      configuration.tlsConfiguration?.certificateVerification = .none
      let client = HTTPClient(configuration: configuration)
      let url = "\(lab.description.nodes[1].managementURL)/api/topology"
      var request = HTTPClientRequest(url: url)
      let refused = try? await client.execute(request, timeout: .seconds(10)).status.code
      request.setBasicAuth(username: "admin", password: Credentials.secret(lab.passwordFile) ?? "")
      let answer = try? await client.execute(request, timeout: .seconds(10)).body.collect(upTo: 1 << 20)
      try await client.shutdown()
      #expect(refused == 401)
      let topology = try JSONDecoder().decode(Answer.self, from: Data(try #require(answer).readableBytesView)).result
      #expect(topology.productVersion == "7.5.3")
      #expect(topology.hosts.map(\.name) == ["node-a.lab", "node-b.lab", "node-c.lab"])
      let services = topology.groups.flatMap(\.services)
      let managers = services.filter { $0.type == "nodemanager" }
      #expect(managers.map { $0.tags["internal_admin_nm"] } == ["true", nil, "true"])
      #expect(managers.map(\.managementPort) == lab.description.nodes.map(\.managementPort))
      let gateways = topology.groups.filter { $0.services.contains { $0.type == "gateway" } }
      #expect(gateways.map(\.name) == ["Gateway Group", "GatewayManager Group"])
      #expect(gateways.map { $0.services.map(\.name) } == [["Gateway-1", "Gateway-2"], ["GatewayManager-1"]])
    }
  }

  private struct Answer: Decodable {
    struct Named: Decodable { let name: String }
    struct Service: Decodable {
      let name: String
      let type: String
      let managementPort: Int
      let tags: [String: String]
    }
    struct Group: Decodable {
      let name: String
      let services: [Service]
    }
    struct Content: Decodable {
      let productVersion: String
      let hosts: [Named]
      let groups: [Group]
    }
    let result: Content
  }
}
