import Glibc
import LoadBalancers
import Testing
import Upgrade

/// What every driver promises, checked against the real thing; `Stage` says where a driver cannot keep it, and why.
@Suite("Every load balancer driver", .serialized)
struct DriverContractTests {
  @Test("disable, drained, enable: each says so, and each may be repeated", arguments: Stage.Kind.allCases)
  func repeated(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      for _ in 0..<2 {
        for _ in 0..<2 {
          try await driver.disable(stage.nodes[0])
          #expect(try await [.disabled, .unknown].contains(driver.standing(of: stage.nodes[0])))
        }
        try await stage.drain(0, by: driver)
        #expect(try await driver.isDrained(stage.nodes[0]) == .drained)
        for _ in 0..<2 {
          try await driver.enable(stage.nodes[0])
          #expect(try await [.enabled, .unknown].contains(driver.standing(of: stage.nodes[0])))
        }
      }
    }
  }

  @Test("enable of a node that was never disabled succeeds", arguments: Stage.Kind.allCases)
  func enableFirst(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      try await driver.enable(stage.nodes[0])
      #expect(try await [.enabled, .unknown].contains(driver.standing(of: stage.nodes[0])))
    }
  }

  @Test("asking how a node stands changes nothing", arguments: Stage.Kind.allCases)
  func standing(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      let first = try await driver.standing(of: stage.nodes[0])
      #expect(first == .enabled || first == .unknown)
      #expect(try await driver.standing(of: stage.nodes[0]) == first)
      try await driver.disable(stage.nodes[1])
      #expect(try await driver.standing(of: stage.nodes[0]) == first)
    }
  }

  @Test(
    "asked about several nodes at once, it says of each what it says when it is asked alone",
    arguments: Stage.Kind.allCases)
  func standings(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      let stranger = Node(name: "Node-X", host: "x", groups: [])
      let nodes = [stage.nodes[1], stranger, stage.nodes[0]]
      func compare() async {
        let answers = await driver.standings(of: nodes)
        for (node, answer) in zip(nodes, answers) {
          #expect(await driver.answer(about: node) == answer, "\(node.name)")
        }
        #expect(answers.count == 3)
      }
      await compare()
      try await driver.disable(stage.nodes[0])
      await compare()
      // One that is made anew remembers no orders.
      #expect(
        try await stage.make().standings(of: [stage.nodes[0]]) == [stage.make().answer(about: stage.nodes[0])])
      try await driver.enable(stage.nodes[0])
      await compare()
      #expect(await driver.standings(of: []).isEmpty)
    }
  }

  @Test("several nodes at once: each ends as it was told", arguments: Stage.Kind.allCases)
  func concurrent(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      let nodes = stage.nodes
      try await withThrowingTaskGroup(of: Void.self) { group in
        for node in nodes { group.addTask { try await driver.disable(node) } }
        try await group.waitForAll()
      }
      for node in nodes { #expect(try await [.disabled, .unknown].contains(driver.standing(of: node))) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for node in nodes { group.addTask { try await driver.enable(node) } }
        try await group.waitForAll()
      }
      for node in nodes { #expect(try await [.enabled, .unknown].contains(driver.standing(of: node))) }
    }
  }

  @Test(
    "a driver made anew, as a resumed run makes it, goes on where the first one was", arguments: Stage.Kind.allCases)
  func madeAnew(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      try await stage.make().disable(stage.nodes[0])
      let driver = try stage.make()
      if kind != .healthCheck {  // Its node is taken out by the stop, and there is none here.
        #expect(try await [.disabled, .unknown].contains(driver.standing(of: stage.nodes[0])))
      }
      try await driver.disable(stage.nodes[0])
      try await stage.drain(0, by: driver)
      try await stage.make().enable(stage.nodes[0])
      #expect(try await [.enabled, .unknown].contains(stage.make().standing(of: stage.nodes[0])))
    }
  }

  @Test(
    "a request in flight keeps the node draining, counted where the balancer counts", arguments: Stage.Kind.counting)
  func count(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      let hold = try #require(stage.hold)
      let release = try await hold()
      try await driver.disable(stage.nodes[0])
      for _ in 0...driver.pollsUntilDrained {
        guard case .draining(let count, let reason) = try await driver.isDrained(stage.nodes[0]) else {
          Issue.record("it is called drained")
          break
        }
        #expect(count == stage.inFlight && !reason.isEmpty)
      }
      try await release()
      try await stage.drain(0, by: driver)
      try await driver.enable(stage.nodes[0])
    }
  }

  @Test("no request is lost over disable and enable", arguments: Stage.Kind.withTraffic)
  func nothingLost(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      let url = try #require(stage.url)
      let traffic = (0..<2).map { _ in Traffic(url) }
      for index in 0..<2 {
        try await driver.disable(stage.nodes[index])
        #expect(try await answering(url, count: 6) == [index == 0 ? "B" : "A"])
        try await stage.drain(index, by: driver)
        try await driver.enable(stage.nodes[index])
        #expect(try await answering(url, count: 10) == ["A", "B"])
      }
      for one in traffic { #expect(await one.stop() == 0) }
      #expect(traffic.reduce(0) { $0 + $1.sent } > 50)
    }
  }

  @Test("a server that the balancer does not know is a failure of the balancer", arguments: Stage.Kind.knowing)
  func unknownServer(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      let stranger = Node(name: "Node-X", host: "x", groups: [])
      for operation in [driver.disable, driver.enable] {
        let failure = await #expect(throws: Failure.self) { try await operation(stranger) }
        #expect(failure?.kind == .balancer)
      }
      let failure = await #expect(throws: Failure.self) { _ = try await driver.isDrained(stranger) }
      #expect(failure?.kind == .balancer)
    }
  }

  @Test("a balancer that is down is a failure of the balancer, soon", arguments: Stage.Kind.reaching)
  func balancerDown(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      let stop = try #require(stage.stop)
      try await driver.disable(stage.nodes[0])
      await stop()
      let start = ContinuousClock.now
      for operation in [driver.disable, driver.enable] {
        let failure = await #expect(throws: Failure.self) { try await operation(stage.nodes[1]) }
        #expect(failure?.kind == .balancer)
      }
      if stage.isDrainAsked {
        let failure = await #expect(throws: Failure.self) { _ = try await driver.isDrained(stage.nodes[0]) }
        #expect(failure?.kind == .balancer)
      }
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }

  @Test("a balancer that accepts and says nothing is a failure in bounded time", arguments: Stage.Kind.talking)
  func silent(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try #require(try await stage.silent?())
      let start = ContinuousClock.now
      for operation in [driver.disable, driver.enable] {
        let failure = await #expect(throws: Failure.self) { try await operation(stage.nodes[0]) }
        #expect(failure?.kind == .balancer && failure?.exitCode == 124)
      }
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }

  @Test("what was changed before a failure is put back", arguments: Stage.Kind.undoing)
  func undone(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let failing = try #require(try await stage.failing?())
      let failure = await #expect(throws: Failure.self) { try await failing.disable(stage.nodes[0]) }
      #expect(failure?.kind == .balancer)
      #expect(try await [.enabled, .unknown].contains(stage.make().standing(of: stage.nodes[0])))
      if let url = stage.url { #expect(try await answering(url) == ["A", "B"]) }
    }
  }

  @Test("a cancelled call ends as cancelled", arguments: Stage.Kind.cancellable)
  func cancelled(kind: Stage.Kind) async throws {
    try await Stage.with(kind) { stage in
      let driver = try stage.make()
      let node = stage.nodes[0]
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await driver.disable(node)
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await driver.standing(of: node) != .disabled)
    }
  }
}
