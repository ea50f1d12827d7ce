import Lab
import LoadBalancers
import Testing
import Upgrade

@Suite("HAProxyLoadBalancer under requests", .serialized)
struct HAProxyTrafficTests {
  @Test("a disabled node gets no new request, an enabled one does again, and no request fails on the way")
  func disableAndEnable() async throws {
    try await HAProxyBench.with { bench in
      let driver = try bench.driver()
      let traffic = Traffic(bench.url)
      #expect(try await answering(bench.url) == ["A", "B"])
      #expect(try await driver.standing(of: bench.nodes[0]) == .enabled)

      try await driver.disable(bench.nodes[0])
      #expect(try await [answering(bench.url), answering(bench.url + "/also")] == [["B"], ["B"]])
      #expect(try await driver.standing(of: bench.nodes[0]) == .disabled)
      #expect(try await driver.standing(of: bench.nodes[1]) == .enabled)
      #expect(try await bench.administrations() == [8, 8])
      try await bench.drain(0, by: driver)

      try await driver.enable(bench.nodes[0])
      #expect(try await [answering(bench.url), answering(bench.url + "/also")] == [["A", "B"], ["A", "B"]])
      #expect(try await driver.standing(of: bench.nodes[0]) == .enabled)
      #expect(await traffic.stop() == 0)
      #expect(traffic.sent > 100)
    }
  }

  @Test("requests in flight are counted over all backends and are not cut; then it goes into maintenance")
  func inFlight() async throws {
    try await HAProxyBench.with { bench in
      let driver = try bench.driver()
      var held: [HeldRequest] = []
      for path in ["/long", "/long", "/also/../long", "/also/../long"] {
        held.append(try await HeldRequest(bench.url + path))
      }
      #expect(held.filter { $0.backend == "A" }.count == 2)
      try await driver.disable(bench.nodes[0])
      for _ in 0..<4 {
        #expect(
          try await driver.isDrained(bench.nodes[0])
            == .draining(inFlight: 2, "2 sessions are open on nodes/a, also/first"))
      }
      #expect(try await bench.administration("nodes/a") == 8)
      for request in held {
        let length = try await request.finish()
        #expect(length == Backends.longLength)
      }
      try await bench.drain(0, by: driver)
      #expect(try await bench.administrations() == [1, 1])
      #expect(bench.behind.connections(to: 0) == 0)
      #expect(try await driver.standing(of: bench.nodes[0]) == .disabled)
    }
  }

  @Test("one look at which something is in flight begins the count of quiet looks again")
  func quietAgain() async throws {
    try await HAProxyBench.with { bench in
      let driver = try bench.driver()
      try await driver.disable(bench.nodes[0])
      #expect(try await driver.isDrained(bench.nodes[0]) == .drained)
      #expect(try await driver.isDrained(bench.nodes[0]) == .drained)
      // As a request that was on its way between two looks.
      _ = try await bench.balancer.runtime("set server nodes/a state ready")
      let held = [try await HeldRequest(bench.url + "/long"), try await HeldRequest(bench.url + "/long")]
      _ = try await bench.balancer.runtime("set server nodes/a state drain")
      #expect(
        try await driver.isDrained(bench.nodes[0]) == .draining(inFlight: 1, "1 session is open on nodes/a"))
      for request in held { #expect(try await request.finish() == Backends.longLength) }
      #expect(try await eventually { try await driver.isDrained(bench.nodes[0]) == .drained })
      #expect(try await bench.administration("nodes/a") == 8)
      #expect(try await driver.isDrained(bench.nodes[0]) == .drained)
      #expect(try await bench.administration("nodes/a") == 8)
      #expect(try await driver.isDrained(bench.nodes[0]) == .drained)
      #expect(try await bench.administration("nodes/a") == 1)
    }
  }

  @Test(
    "a node that came back dead gets no request: enable waits for a check, gives up, and puts everything back",
    arguments: ["check inter 100ms fall 2 rise 2", "check inter 100ms fall 1 rise 1"])
  func cameBackDead(server: String) async throws {
    try await HAProxyBench.with(server: server) { bench in
      let driver = try bench.driver(more: ["timeout": .number(1), "backends": .string("nodes")])
      try await driver.disable(bench.nodes[0])
      try await bench.drain(0, by: driver)
      let dead = try bench.behind.withoutFirst()
      await bench.behind.server.stop()
      try await dead.start()
      // The other node was away for a moment too.
      #expect(await eventually { (try? await request(bench.url).status) == 200 })
      let traffic = Traffic(bench.url)
      let failure = await #expect(throws: Failure.self) { try await driver.enable(bench.nodes[0]) }
      #expect(failure?.kind == .balancer && failure?.exitCode == 124)
      #expect(failure?.message.hasPrefix("haproxy: nodes/a has status ") == true)
      #expect(failure?.message.hasSuffix("(check: L4CON), still after 1 s") == true, "\(failure?.message ?? "")")
      #expect(try await bench.administration("nodes/a") == 1)
      #expect(await traffic.stop() == 0)
      #expect(traffic.sent > 50)
      await dead.stop()
      try await bench.behind.server.start()
      try await driver.enable(bench.nodes[0])
      #expect(try await answering(bench.url) == ["A", "B"])
    }
  }

  @Test("after a reload the orders are given again, and that is noted")
  func reload() async throws {
    try await HAProxyBench.with { bench in
      let driver = try bench.driver()
      try await driver.disable(bench.nodes[0])
      try await bench.reload()
      #expect(try await bench.administration("nodes/a") == 0)
      #expect(try await driver.standing(of: bench.nodes[0]) == .disabled)
      #expect(try await bench.administrations() == [8, 8])
      #expect(try await answering(bench.url) == ["B"])
      #expect(bench.notes.all.count == 2)
      #expect(bench.notes.all.first?.hasPrefix("Node-A: haproxy at \(bench.balancer.socket) was reloaded") == true)

      try await bench.drain(0, by: driver)
      try await bench.reload()
      #expect(try await driver.isDrained(bench.nodes[0]) == .drained)
      #expect(try await bench.administration("nodes/a") == 1)
      #expect(bench.notes.all.count == 4)
      try await driver.enable(bench.nodes[0])
      #expect(try await answering(bench.url) == ["A", "B"])
    }
  }

  @Test("a node that somebody else put back is not called drained, and not taken out again")
  func putBackByHand() async throws {
    try await HAProxyBench.with { bench in
      let driver = try bench.driver()
      try await driver.disable(bench.nodes[0])
      _ = try await bench.balancer.runtime("set server nodes/a state ready")
      let failure = await #expect(throws: Failure.self) { _ = try await driver.isDrained(bench.nodes[0]) }
      #expect(failure?.message == "haproxy: nodes/a is not disabled")
      #expect(try await driver.standing(of: bench.nodes[0]) == .mixed)
      #expect(bench.notes.all.isEmpty)
    }
  }
}

extension HAProxyBench {
  /// Asks as the core does, until the driver has said so often enough.
  func drain(_ node: Int, by driver: any LoadBalancer) async throws {
    var looks = 0
    let isDrained = try await eventually {
      looks = try await driver.isDrained(nodes[node]) == .drained ? looks + 1 : 0
      return looks == driver.pollsUntilDrained
    }
    guard isDrained else { throw Failure(.notDrained, "the test's node is not drained") }
  }

  /// Reloads, and waits until the new process answers and the old one is gone.
  func reload() async throws {
    let before = balancer.workers
    for _ in 0..<10 {
      // A master that has only just started may miss the signal.
      try balancer.reload()
      if await eventually(within: .seconds(2), { await isReloaded(since: before) }) { return }
    }
    throw Failure(.timeout, "the test's haproxy does not reload")
  }

  private func isReloaded(since before: [Int32]) async -> Bool {
    guard let info = try? await balancer.runtime("show info") else { return false }
    return !before.contains { info.contains("\nPid: \($0)\n") } && !balancer.workers.contains { before.contains($0) }
  }
}

extension Backends {
  /// The same without `A`.
  func withoutFirst() throws -> NGINXServer {
    NGINXServer(
      directory: server.directory + "-b",
      http: "server { listen \(servers[1]); add_header X-Backend B; location / { return 200 B; } }",
      listening: [servers[1]])
  }
}
