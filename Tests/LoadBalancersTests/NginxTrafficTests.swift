import LoadBalancers
import Testing
import Upgrade

@Suite("NginxLoadBalancer under requests", .serialized)
struct NginxTrafficTests {
  @Test("a disabled node gets no new request, an enabled one does again, and no request fails on the way")
  func disableAndEnable() async throws {
    try await NginxBench.with { bench in
      let driver = try bench.driver()
      let traffic = Traffic(bench.url)
      #expect(try await answering(bench.url) == ["A", "B"])
      #expect(try await driver.standing(of: bench.nodes[0]) == .enabled)

      try await driver.disable(bench.nodes[0])
      #expect(try await answering(bench.url) == ["B"])
      #expect(try await driver.standing(of: bench.nodes[0]) == .disabled)
      #expect(try await driver.standing(of: bench.nodes[1]) == .enabled)
      #expect(try await eventually { try await driver.isDrained(bench.nodes[0]) == .drained })

      try await driver.enable(bench.nodes[0])
      #expect(try await answering(bench.url) == ["A", "B"])
      #expect(try await driver.standing(of: bench.nodes[0]) == .enabled)
      #expect(await traffic.stop() == 0)
      #expect(traffic.sent > 100)
    }
  }

  @Test("a request in flight keeps the node draining until it has ended, and is not cut")
  func inFlight() async throws {
    try await NginxBench.with { bench in
      let driver = try bench.driver()
      let held = [try await HeldRequest(bench.url + "/long"), try await HeldRequest(bench.url + "/long")]
      #expect(Set(held.map(\.backend)) == ["A", "B"])

      try await driver.disable(bench.nodes[0])
      #expect(try await bench.isDraining(0, by: driver))
      #expect(try await answering(bench.url) == ["B"])
      #expect(try await bench.isDraining(0, by: driver))

      for request in held {
        let length = try await request.finish()
        #expect(length == Backends.longLength)
      }
      #expect(try await eventually { try await driver.isDrained(bench.nodes[0]) == .drained })
      #expect(bench.connections(to: 0) == 0)
    }
  }

  @Test("a driver made after the disable knows by the ending workers that the node is still draining")
  func resumed() async throws {
    try await NginxBench.with { bench in
      let held = [try await HeldRequest(bench.url + "/long"), try await HeldRequest(bench.url + "/long")]
      try await bench.driver().disable(bench.nodes[0])

      let driver = try bench.driver()
      #expect(try await bench.isDraining(0, by: driver))
      try await driver.disable(bench.nodes[0])
      #expect(try await bench.isDraining(0, by: driver))
      for request in held {
        let length = try await request.finish()
        #expect(length == Backends.longLength)
      }
      #expect(try await eventually { try await driver.isDrained(bench.nodes[0]) == .drained })
      #expect(bench.connections(to: 0) == 0)
    }
  }

  @Test("a file that was written but never loaded, as a killed run leaves it, is loaded by the next call")
  func writtenButNotLoaded() async throws {
    try await NginxBench.with { bench in
      try bench.writeInclude("server \(bench.servers[0]) down;\nserver \(bench.servers[1]);\n")
      #expect(try await answering(bench.url) == ["A", "B"])
      try await bench.driver().disable(bench.nodes[0])
      #expect(try await answering(bench.url) == ["B"])
      try bench.writeInclude("server \(bench.servers[0]);\nserver \(bench.servers[1]);\n")
      try await bench.driver().enable(bench.nodes[0])
      #expect(try await answering(bench.url) == ["A", "B"])
    }
  }

  @Test("two nodes at once: neither edit is lost")
  func twoAtOnce() async throws {
    try await NginxBench.with { bench in
      let driver = try bench.driver()
      let all = bench.servers.map { "server \($0);\n" }.joined()
      for _ in 0..<3 {
        async let first: Void = driver.disable(bench.nodes[0])
        async let second: Void = driver.disable(bench.nodes[1])
        _ = try await (first, second)
        #expect(try bench.readInclude() == bench.servers.map { "server \($0) down;\n" }.joined())
        #expect(try await request(bench.url).status == 502)
        async let third: Void = driver.enable(bench.nodes[0])
        async let fourth: Void = driver.enable(bench.nodes[1])
        _ = try await (third, fourth)
        #expect(try bench.readInclude() == all)
      }
      #expect(try await answering(bench.url) == ["A", "B"])
    }
  }
}

extension NginxBench {
  /// Whether the driver says so of a node, in its words, and a connection to it is really open.
  fileprivate func isDraining(_ node: Int, by driver: NginxLoadBalancer) async throws -> Bool {
    guard case .draining(_, let reason) = try await driver.isDrained(nodes[node]) else { return false }
    return connections(to: node) > 0
      && ["1 old worker process still serves", "2 old worker processes still serve"].contains(reason)
  }
}
