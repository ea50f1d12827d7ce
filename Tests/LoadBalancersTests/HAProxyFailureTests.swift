import Glibc
import Lab
import LoadBalancers
import Testing
import Upgrade

@Suite("HAProxyLoadBalancer when something is wrong", .serialized)
struct HAProxyFailureTests {
  @Test(
    "a server is found by backend and name, by name, and by address with or without the port",
    arguments: ["nodes/a", "a", "ADDRESS", "ADDRESS:8001"])
  func names(name: String) async throws {
    try await HAProxyBench.with { bench in
      let text = name.replacing("ADDRESS", with: bench.behind.address)
      let node = Node(name: "N", host: "h", groups: [], loadBalancerServer: text)
      try await bench.driver(more: ["backends": .string("nodes")]).disable(node)
      #expect(try await bench.administration("nodes/a") == 8)
      #expect(try await bench.administration("nodes/b") == (name == "ADDRESS" ? 8 : 0))
      #expect(try await bench.administration("also/first") == 0)
    }
  }

  @Test("a node that HAProxy does not know is a failure that lists what is there")
  func unknown() async throws {
    try await HAProxyBench.with { bench in
      let driver = try bench.driver()
      let servers = bench.behind.servers
      let there =
        "there are nodes/a (\(servers[0])), nodes/b (\(servers[1])), also/first (\(servers[0])), "
        + "also/second (\(servers[1]))"
      let stranger = Node(name: "X", host: "x", groups: [], loadBalancerServer: "nodes/c")
      for operation in [driver.disable, driver.enable] {
        let failure = await #expect(throws: Failure.self) { try await operation(stranger) }
        #expect(
          failure?.message
            == "haproxy: no server 'nodes/c' at \(bench.balancer.socket); \(there); did you mean 'nodes/a'?")
      }
      let nameless = Node(name: "X", host: "x", groups: [])
      let failure = await #expect(throws: Failure.self) { _ = try await driver.standing(of: nameless) }
      #expect(
        failure?.message == "haproxy: the node has no loadBalancerServer; at \(bench.balancer.socket) \(there)")
      let other = await #expect(throws: Failure.self) {
        _ = try await bench.driver(more: ["backends": .string("node")]).standing(of: bench.nodes[0])
      }
      #expect(
        other?.message
          == "haproxy: no backend 'node' with servers at \(bench.balancer.socket); did you mean 'nodes'?")
    }
  }

  @Test("asking whether an enabled node is drained is an error, not a yes")
  func notDisabled() async throws {
    try await HAProxyBench.with { bench in
      let failure = await #expect(throws: Failure.self) { _ = try await bench.driver().isDrained(bench.nodes[0]) }
      #expect(failure?.message == "haproxy: nodes/a is not disabled")
    }
  }

  @Test("a socket that may only look is named, and what other sockets did before is taken back")
  func wrongLevel() async throws {
    try await HAProxyBench.with { bench in
      let twin = try await TwoProcesses.start(beside: bench)
      let pair = try bench.driver(sockets: [bench.balancer.socket, twin.directory + "/operator.sock"])
      let failure = await #expect(throws: Failure.self) { try await pair.disable(bench.nodes[0]) }
      #expect(
        failure?.message
          == "haproxy: \(twin.directory)/operator.sock does not let us change servers: its level is not admin")
      #expect(failure?.remedy?.contains("level admin") == true && failure?.kind == .balancer)
      for name in ["nodes/a", "also/first"] { #expect(try await bench.administration(name) == 0) }
      await twin.stop()
    }
  }

  @Test("both processes are told, and counts are added up over both")
  func severalProcesses() async throws {
    try await HAProxyBench.with { bench in
      let twin = try await TwoProcesses.start(beside: bench)
      do {
        let driver = try bench.driver(sockets: [bench.balancer.socket, twin.socket])
        var held: [HeldRequest] = []
        for url in [bench.url, bench.url, "http://\(twin.listening[0])", "http://\(twin.listening[0])"] {
          held.append(try await HeldRequest(url + "/long"))
        }
        try await driver.disable(bench.nodes[0])
        #expect(
          try await driver.isDrained(bench.nodes[0]) == .draining(inFlight: 2, "2 sessions are open on nodes/a"))
        #expect(try await answering("http://\(twin.listening[0])") == ["B"])
        for request in held { #expect(try await request.finish() == Backends.longLength) }
        try await bench.drain(0, by: driver)
        try await driver.enable(bench.nodes[0])
        #expect(try await answering("http://\(twin.listening[0])") == ["A", "B"])
      } catch {
        await twin.stop()
        throw error
      }
      await twin.stop()
    }
  }

  @Test("what is wrong with a socket is said")
  func sockets() async throws {
    try await HAProxyBench.with { bench in
      let silent = try SilentServer(path: bench.directory + "/silent.sock")
      defer { silent.stop() }
      let silentTCP = try SilentServer()
      defer { silentTCP.stop() }
      let long = "/" + String(repeating: "x", count: 200)
      for (socket, message) in [
        ("/no/such.sock", "haproxy: there is no socket /no/such.sock"),
        (silent.name, "haproxy: no answer from \(silent.name) within 1 s"),
        (silentTCP.name, "haproxy: no answer from \(silentTCP.name) within 1 s"),
        (
          "\(bench.behind.address):1",
          "haproxy: nobody listens at \(bench.behind.address):1: haproxy is dead"
        ),
        ("no-such-host.invalid:1", "haproxy: the host name no-such-host.invalid is not known"),
        (long, "haproxy: \(long) cannot be asked: the path of the socket is too long"),
        (bench.address, "haproxy: \(bench.address) does not answer as HAProxy's runtime API does"),
      ] {
        let driver = try bench.driver(sockets: [socket], more: ["timeout": .number(1)])
        let failure = await #expect(throws: Failure.self) { try await driver.disable(bench.nodes[0]) }
        #expect(failure?.message == message && failure?.kind == .balancer)
      }
    }
  }

  @Test("a socket that this user may not use is said to be that")
  func notAllowed() async throws {
    try await HAProxyBench.with { bench in
      let driver = try bench.driver(exchange: Troubled(trouble: .notAllowed))
      let failure = await #expect(throws: Failure.self) { try await driver.disable(bench.nodes[0]) }
      #expect(failure?.message == "haproxy: the socket \(bench.balancer.socket) may not be used by this user")
      #expect(failure?.remedy?.contains("group") == true)
    }
  }

  @Test("a weight of 0, which HAProxy may show as drained, is not taken for an order")
  func weightZero() async throws {
    try await HAProxyBench.with { bench in
      _ = try await bench.balancer.runtime("set server nodes/a weight 0")
      #expect(try await bench.driver().standing(of: bench.nodes[0]) == .enabled)
    }
  }

  @Test("a server that HAProxy's check finds dead is down")
  func down() async throws {
    try await HAProxyBench.with { bench in
      let driver = try bench.driver(more: ["backends": .string("nodes")])
      await bench.behind.server.stop()
      #expect(try await eventually { try await driver.standing(of: bench.nodes[0]) == .down })
    }
  }

  @Test("an agent is off while the node is out, and on again afterwards; one that was off stays off")
  func agent() async throws {
    let agent = try AgentServer()
    defer { agent.stop() }
    let parts = agent.name.split(separator: ":")
    let check = "check inter 100ms agent-check agent-addr \(parts[0]) agent-port \(parts[1]) agent-inter 100ms"
    try await HAProxyBench.with(server: check) { bench in
      let driver = try bench.driver()
      #expect(await eventually { agent.asked > 2 })
      try await driver.disable(bench.nodes[0])
      try await bench.drain(0, by: driver)
      #expect(try await [bench.isAgentOn("nodes/a"), bench.isAgentOn("nodes/b")] == [false, true])
      #expect(try await bench.administration("nodes/a") == 1)
      try await driver.enable(bench.nodes[0])
      #expect(try await bench.isAgentOn("nodes/a") == true)

      _ = try await bench.balancer.runtime("disable agent nodes/a")
      try await driver.disable(bench.nodes[0])
      try await driver.enable(bench.nodes[0])
      #expect(try await bench.isAgentOn("nodes/a") == false)
    }
  }
}

extension HAProxyBench {
  fileprivate func isAgentOn(_ name: String) async throws -> Bool? {
    for line in try await balancer.runtime("show servers state").split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count > 14, "\(fields[1])/\(fields[3])" == name { return Int(fields[14]).map { $0 & 4 != 0 } }
    }
    return nil
  }
}

/// A second HAProxy before the same backends.
enum TwoProcesses {
  static func start(beside bench: HAProxyBench) async throws -> HAProxyServer {
    let listener = "\(bench.behind.address):8010"
    let server = HAProxyServer(
      directory: bench.directory + "/twin",
      proxies: bench.balancer.proxies.replacing("bind \(bench.address)", with: "bind \(listener)"),
      listening: [listener])
    try await server.start()
    return server
  }
}

/// Fails every exchange.
struct Troubled: SocketExchange {
  let trouble: SocketTrouble

  func exchange(
    _ bytes: [UInt8], with endpoint: SocketEndpoint, limit: Int, timeout: Duration
  ) async throws -> [UInt8] { throw trouble }
}
