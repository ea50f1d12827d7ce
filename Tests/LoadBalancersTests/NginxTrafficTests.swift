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

  @Test("a slow request in flight keeps the node draining until it has ended, and is not cut")
  func slowRequest() async throws {
    try await NginxBench.with { bench in
      let driver = try bench.driver()
      let slow = [Task { try await request(bench.url + "/slow") }, Task { try await request(bench.url + "/slow") }]
      #expect(await eventually { bench.connections(to: 0) > 0 && bench.connections(to: 1) > 0 })

      try await driver.disable(bench.nodes[0])
      guard case .draining(let reason) = try await driver.isDrained(bench.nodes[0]) else {
        Issue.record("drained with a request in flight")
        return
      }
      #expect(["1 old worker process still serves", "2 old worker processes still serve"].contains(reason))
      #expect(bench.connections(to: 0) > 0)
      #expect(try await answering(bench.url) == ["B"])

      #expect(try await eventually { try await driver.isDrained(bench.nodes[0]) == .drained })
      #expect(bench.connections(to: 0) == 0)
      var backends: Set<String> = []
      for task in slow {
        let answer = try await task.value
        #expect(answer.status == 200 && answer.body.count == NginxBench.slowLength)
        backends.insert(answer.backend)
      }
      #expect(backends == ["A", "B"])
    }
  }

  @Test("a driver made after the disable knows by the ending workers that the node is still draining")
  func resumed() async throws {
    try await NginxBench.with { bench in
      let slow = [Task { try await request(bench.url + "/slow") }, Task { try await request(bench.url + "/slow") }]
      #expect(await eventually { bench.connections(to: 0) > 0 && bench.connections(to: 1) > 0 })
      try await bench.driver().disable(bench.nodes[0])

      let driver = try bench.driver()
      #expect(try await driver.isDrained(bench.nodes[0]) != .drained)
      try await driver.disable(bench.nodes[0])
      #expect(try await driver.isDrained(bench.nodes[0]) != .drained)
      #expect(try await eventually { try await driver.isDrained(bench.nodes[0]) == .drained })
      #expect(bench.connections(to: 0) == 0)
      for task in slow { #expect(try await task.value.body.count == NginxBench.slowLength) }
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
