import AsyncHTTPClient
import Clients
import CommandHandlers
import FoundationEssentials
import Glibc
import LoadBalancers
import Subprocess
import Testing
import Upgrade

@testable import Lab

@Suite("HealthCheckLoadBalancer", .serialized)
struct HealthCheckTests {
  @Test("the gateway's own signal: there before the stop, 503 with it, and back before enable returns")
  func signal() async throws {
    try await withGateways(shutdownDelay: 1500) { lab, nodes in
      try await withRequests { surroundings in
        let driver = try make(surroundings)
        #expect(try await driver.standing(of: nodes[0]) == .enabled)
        for _ in 0..<2 { try await driver.disable(nodes[0]) }
        #expect(try await driver.standing(of: nodes[0]) == .unknown)
        #expect(try await driver.isDrained(nodes[0]) == .drained)
        async let stopped: Void = lab.instance("Node-A", "-k")
        #expect(try await eventually { try await driver.standing(of: nodes[0]) == .disabled })
        try await stopped
        #expect(try await driver.standing(of: nodes[0]) == .down)
        let failure = await #expect(throws: Failure.self) { try await driver.enable(nodes[0]) }
        #expect(failure?.kind == .balancer && failure?.message.hasSuffix("still after 1 s") == true)
        try await lab.instance("Node-A", "-d")
        let start = ContinuousClock.now
        try await driver.enable(nodes[0])
        #expect(ContinuousClock.now - start >= .milliseconds(200))
        #expect(try await driver.standing(of: nodes[0]) == .enabled)
      }
    }
  }

  @Test("a path that is not the signal, and a node without health check, are failures before anything is stopped")
  func wrong() async throws {
    try await withGateways(shutdownDelay: 0) { _, nodes in
      try await withRequests { surroundings in
        let failure = await #expect(throws: Failure.self) {
          try await make(surroundings, ["path": .string("/nothing")]).disable(nodes[0])
        }
        #expect(failure?.message.hasSuffix("/nothing answers 404, so the balancer cannot be told by it") == true)
        let nameless = Node(name: "N", host: "h", groups: [])
        let other = await #expect(throws: Failure.self) { try await make(surroundings).disable(nameless) }
        #expect(other?.message == "healthchecklb: the node has no healthURL, so nobody knows where its signal is")
      }
    }
  }

  @Test("behind a real HAProxy that checks the signal, no request is lost over stop and start")
  func nothingLost() async throws {
    try await withGateways(shutdownDelay: 3000) { lab, nodes in
      let address = LoopbackPort.ownAddress() + ":8000"
      let servers = nodes.compactMap { URLParts.address($0.healthURLs[0]) }
      let lines = servers.enumerated().map { "server s\($0) \($1) check inter 100ms fall 2 rise 2" }
      let haproxy = HAProxyServer(
        directory: "/tmp/zdu-hc-\(getpid())-\(UInt32.random(in: 0...UInt32.max))",
        proxies: """
          listen all
            bind \(address)
            option httpchk GET /healthchecklb
            \(lines.joined(separator: "\n  "))
          """, listening: [address])
      defer { try? FileManager.default.removeItem(atPath: haproxy.directory) }
      try await haproxy.start()
      do {
        try await withRequests { surroundings in
          let driver = try make(surroundings, ["shutdownDelay": .number(3)])
          let traffic = Traffic("http://\(address)/")
          try await driver.disable(nodes[0])
          #expect(try await driver.isDrained(nodes[0]) == .drained)
          try await lab.instance("Node-A", "-k")
          try await lab.instance("Node-A", "-d")
          try await driver.enable(nodes[0])
          #expect(try await haproxy.runtime("show stat -1 4 -1").contains("all,s0,") == true)
          try await driver.disable(nodes[1])
          try await lab.instance("Node-B", "-k")
          #expect(await traffic.stop() == 0)
          #expect(traffic.sent > 100)
        }
      } catch {
        await haproxy.stop()
        throw error
      }
      await haproxy.stop()
    }
  }

  private func make(_ surroundings: Surroundings, _ more: [String: Setting] = [:]) throws -> any LoadBalancer {
    try HealthCheckStage.make(surroundings, more)
  }
}

/// How the drivers of these tests are made.
enum HealthCheckStage {
  static func make(_ surroundings: Surroundings, _ more: [String: Setting] = [:]) throws -> any LoadBalancer {
    let own: [String: Setting] = [
      "driver": .string("healthchecklb"), "interval": .number(0.1), "fall": .number(2), "rise": .number(2),
      "shutdownDelay": .number(1.5), "timeout": .number(1),
    ]
    return try LoadBalancerRegistry.standard.make(
      from: .object(own.merging(more) { _, new in new }), file: "t.json", in: surroundings)
  }
}

enum URLParts {
  /// `HOST:PORT` of a URL.
  static func address(_ url: String) -> String? {
    url.split(separator: "/").dropFirst().first.map(String.init)
  }
}

/// Runs `body` with the simulated gateways of a lab with three nodes, which run.
func withGateways(shutdownDelay: Int, _ body: (Lab, [Node]) async throws -> Void) async throws {
  let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  let program = test.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/zdulab"
  var options = LabOptions(topology: LabTopology.standard(nodes: 3), program: program)
  options.shutdownDelay = shutdownDelay
  let lab = try await Lab.up(options)
  do {
    let nodes = lab.description.nodes.prefix(2).map { node in
      Node(
        name: node.name, host: node.host, groups: [], loadBalancerServer: node.address,
        healthURLs: node.instances.map { "\(node.url(of: $0))/healthcheck" })
    }
    try await body(lab, Array(nodes))
  } catch {
    await lab.down()
    throw error
  }
  await lab.down()
}

extension Lab {
  /// Calls `startinstance` of the old installation for the node's first instance.
  func instance(_ name: String, _ action: String) async throws {
    guard let node = description.node(name), let instance = node.instances.first else {
      throw Failure(.refused, "the lab has no \(name)")
    }
    let home = "\(description.layout.installation(.old, of: name))/apigateway"
    let result = try await Subprocess.run(
      .path(.init("\(home)/posix/bin/startinstance")), arguments: ["-n", instance.name, "-g", instance.group, action],
      input: .none, output: .discarded, error: .string(limit: 1 << 16))
    guard result.terminationStatus.isSuccess else {
      throw Failure(.exit, "startinstance \(action) of \(name)", evidence: [result.standardError])
    }
  }
}
