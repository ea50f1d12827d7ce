import Clients
import CommandHandlers
import FoundationEssentials
import LoadBalancers
import Upgrade

extension NginxBench {
  func stage(_ make: @escaping (NginxBench) throws -> any LoadBalancer) -> Stage {
    var stage = Stage(make: { try make(self) }, nodes: nodes, url: url)
    stage.hold = { try await heldRequests(url) }
    stage.stop = { await balancer.stop() }
    // With nginx its workers are gone, so nothing is in flight.
    stage.isDrainAsked = false
    stage.failing = {
      // The file is written, and nginx does not take it.
      try writeExtra("nonsense on;")
      return RemovingAfterwards(driver: try make(self), file: balancer.directory + "/extra.conf")
    }
    return stage
  }
}

/// Removes a file when the node could not be taken out, so that nginx is whole again.
struct RemovingAfterwards: LoadBalancer {
  let driver: any LoadBalancer
  let file: String

  func disable(_ node: Node) async throws {
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await driver.disable(node)
  }
  func isDrained(_ node: Node) async throws -> DrainState { try await driver.isDrained(node) }
  func enable(_ node: Node) async throws { try await driver.enable(node) }
  func standing(of node: Node) async throws -> Standing { try await driver.standing(of: node) }
}

extension HAProxyBench {
  func perform(_ body: (Stage) async throws -> Void) async throws {
    try await staged({ try driver() }, sockets: { try driver(sockets: $0, more: $1) }, body)
  }

  func performOverTCP(_ body: (Stage) async throws -> Void) async throws {
    let second = try SilentServer()
    defer { second.stop() }
    try await staged(
      { try driver(sockets: [tcp]) }, sockets: { try driver(sockets: $0, more: $1) }, silent: second, body)
  }

  func performOverSSH(_ body: (Stage) async throws -> Void) async throws {
    try await OverSSH.with(directory) { way in
      try await staged(
        { try driver(over: way) }, sockets: { try driver(over: way, sockets: $0, more: $1) }, body)
    }
  }

  /// A pair: this HAProxy, and an NGINX before the same backends.
  func performAsPair(_ body: (Stage) async throws -> Void) async throws {
    try await withTwin { twin in
      let local = LocalCommandHandler()
      let surroundings = Surroundings(
        local: local, remote: { _ in BalancerShell(handler: local, node: "") }, sockets: StreamSocketClient())
      let own = Setting.object(["driver": .string("haproxy"), "socket": .string(balancer.socket)])
      var stage = Stage(
        make: {
          try LoadBalancerRegistry.standard.make(
            from: nil, orAll: [twin.setting, own], file: "t.json", in: surroundings)
        }, nodes: nodes, url: url)
      stage.hold = { try await heldRequests(url) }
      stage.inFlight = 1
      stage.stop = { await balancer.stop() }
      let silence = try SilentServer()
      defer { silence.stop() }
      stage.silent = {
        JointLoadBalancer([
          .init(name: "first", balancer: try twin.driver()),
          .init(name: "second", balancer: try driver(sockets: [silence.name], more: ["timeout": .number(1)])),
        ])
      }
      stage.failing = {
        JointLoadBalancer([
          .init(name: "first", balancer: try twin.driver()), .init(name: "second", balancer: try driver()),
          .init(name: "third", balancer: Stubborn()),
        ])
      }
      try await body(stage)
    }
  }

  private func staged(
    _ make: @escaping () throws -> any LoadBalancer,
    sockets: @escaping ([String], [String: Setting]) throws -> any LoadBalancer, silent: SilentServer? = nil,
    _ body: (Stage) async throws -> Void
  ) async throws {
    var stage = Stage(make: make, nodes: nodes, url: url)
    stage.hold = { try await heldRequests(url) }
    stage.inFlight = 1
    stage.stop = { await balancer.stop() }
    let own = try silent ?? SilentServer(path: directory + "/silent.sock")
    defer { if silent == nil { own.stop() } }
    stage.silent = { try sockets([own.name], ["timeout": .number(1)]) }
    let twin = try await TwoProcesses.start(beside: self)
    stage.failing = { try sockets([balancer.socket, twin.directory + "/operator.sock"], [:]) }
    do {
      try await body(stage)
    } catch {
      await twin.stop()
      throw error
    }
    await twin.stop()
  }
}

extension NginxPlusServer {
  func perform(_ body: (Stage) async throws -> Void) async throws {
    try await withDriver { make in
      var stage = Stage(make: make, nodes: nodes)
      stage.hold = { [self] in
        change { $0.upstreams["gateways"]?[0].active = 1 }
        return { self.change { $0.upstreams["gateways"]?[0].active = 0 } }
      }
      stage.inFlight = 1
      stage.stop = { await self.stop() }
      stage.silent = {
        self.change { $0.trouble = .hang }
        return try make()
      }
      stage.failing = {
        self.change { $0.stubborn = ["10.0.0.1:8080 two / ü"] }
        return Relenting(driver: try make(), server: self)
      }
      try await body(stage)
    }
  }
}

/// Lets the server obey again for all that comes after.
struct Relenting: LoadBalancer {
  let driver: any LoadBalancer
  let server: NginxPlusServer

  func disable(_ node: Node) async throws {
    defer { server.change { $0.stubborn = [] } }
    try await driver.disable(node)
  }
  func isDrained(_ node: Node) async throws -> DrainState { try await driver.isDrained(node) }
  func enable(_ node: Node) async throws { try await driver.enable(node) }
  func standing(of node: Node) async throws -> Standing { try await driver.standing(of: node) }
}

extension CommandBench {
  var stage: Stage {
    var stage = Stage(make: { try driver() }, nodes: Stage.named)
    stage.hold = {
      let busy = directory + "/A.busy"
      try Data().write(to: URL(fileURLWithPath: busy))
      return { try FileManager.default.removeItem(atPath: busy) }
    }
    stage.silent = { try driver(["/bin/sh", "-c", "sleep 600"], timeout: 1, clock: ContinuousClock()) }
    stage.failing = {
      try Data().write(to: URL(fileURLWithPath: directory + "/A.fails"))
      return try driver()
    }
    return stage
  }
}
