import CommandHandlers
import LoadBalancers
import Testing
import Upgrade

/// What every driver promises, checked against the real thing.
@Suite("Every load balancer driver", .serialized)
struct DriverContractTests {
  /// The drivers under test.
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case none, nginx, command
    case nginxOverSSH = "nginx over SSH"
    var testDescription: String { rawValue }
  }

  @Test("disable, drained, enable: each says so, and each may be repeated", arguments: Kind.allCases)
  func repeated(kind: Kind) async throws {
    try await with(kind) { make, nodes in
      let driver = try make()
      for _ in 0..<2 {
        for _ in 0..<2 {
          try await driver.disable(nodes[0])
          #expect(try await [Standing.disabled, .unknown].contains(driver.standing(of: nodes[0])))
        }
        #expect(try await eventually { try await driver.isDrained(nodes[0]) == .drained })
        #expect(try await driver.isDrained(nodes[0]) == .drained)
        for _ in 0..<2 {
          try await driver.enable(nodes[0])
          #expect(try await [Standing.enabled, .unknown].contains(driver.standing(of: nodes[0])))
        }
      }
    }
  }

  @Test("enable of a node that was never disabled succeeds", arguments: Kind.allCases)
  func enableFirst(kind: Kind) async throws {
    try await with(kind) { make, nodes in
      let driver = try make()
      try await driver.enable(nodes[0])
      #expect(try await [Standing.enabled, .unknown].contains(driver.standing(of: nodes[0])))
    }
  }

  @Test("asking how a node stands changes nothing", arguments: Kind.allCases)
  func standing(kind: Kind) async throws {
    try await with(kind) { make, nodes in
      let driver = try make()
      let first = try await driver.standing(of: nodes[0])
      #expect(first == .enabled || first == .unknown)
      #expect(try await driver.standing(of: nodes[0]) == first)
      try await driver.disable(nodes[1])
      #expect(try await driver.standing(of: nodes[0]) == first)
    }
  }

  @Test("several nodes at once: each ends as it was told", arguments: Kind.allCases)
  func concurrent(kind: Kind) async throws {
    try await with(kind) { make, nodes in
      let driver = try make()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for node in nodes { group.addTask { try await driver.disable(node) } }
        try await group.waitForAll()
      }
      for node in nodes { #expect(try await [Standing.disabled, .unknown].contains(driver.standing(of: node))) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for node in nodes { group.addTask { try await driver.enable(node) } }
        try await group.waitForAll()
      }
      for node in nodes { #expect(try await [Standing.enabled, .unknown].contains(driver.standing(of: node))) }
    }
  }

  @Test("a driver made anew, as a resumed run makes it, goes on where the first one was", arguments: Kind.allCases)
  func madeAnew(kind: Kind) async throws {
    try await with(kind) { make, nodes in
      try await make().disable(nodes[0])
      let driver = try make()
      #expect(try await [Standing.disabled, .unknown].contains(driver.standing(of: nodes[0])))
      try await driver.disable(nodes[0])
      #expect(try await eventually { try await driver.isDrained(nodes[0]) == .drained })
      try await make().enable(nodes[0])
      #expect(try await [Standing.enabled, .unknown].contains(make().standing(of: nodes[0])))
    }
  }

  @Test(
    "a server that the balancer does not know is a failure of the balancer",
    arguments: [Kind.nginx, .nginxOverSSH, .command])
  func unknownServer(kind: Kind) async throws {
    try await with(kind) { make, _ in
      let driver = try make()
      let stranger = Node(name: "Node-X", host: "x", groups: [])
      for operation in [driver.disable, driver.enable] {
        let failure = await #expect(throws: Failure.self) { try await operation(stranger) }
        #expect(failure?.kind == .balancer)
      }
      let failure = await #expect(throws: Failure.self) { _ = try await driver.isDrained(stranger) }
      #expect(failure?.kind == .balancer)
    }
  }

  @Test("a cancelled call ends as cancelled", arguments: [Kind.nginx, .nginxOverSSH, .command])
  func cancelled(kind: Kind) async throws {
    try await with(kind) { make, nodes in
      let driver = try make()
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await driver.disable(nodes[0])
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await driver.standing(of: nodes[0]) != .disabled)
    }
  }

  private func with(
    _ kind: Kind, _ body: (_ make: @escaping () throws -> any LoadBalancer, _ nodes: [Node]) async throws -> Void
  ) async throws {
    switch kind {
    case .none:
      try await body(
        { NoLoadBalancer() }, ["A", "B"].map { Node(name: $0, host: "h", groups: [], loadBalancerServer: $0) })
    case .nginx:
      try await NginxBench.with { bench in try await body({ try bench.driver() }, bench.nodes) }
    case .nginxOverSSH:
      try await NginxBench.with { bench in
        try await bench.withSSH { make in try await body(make, bench.nodes) }
      }
    case .command:
      try await CommandBench.with { bench in
        try await body(
          { try bench.driver() }, ["A", "B"].map { Node(name: $0, host: "h", groups: [], loadBalancerServer: $0) })
      }
    }
  }
}
