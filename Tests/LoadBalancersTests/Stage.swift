import Clients
import CommandHandlers
import Glibc
import LoadBalancers
import Testing
import Upgrade

/// A driver before the real thing, and what the test may do to that.
struct Stage {
  /// The drivers under test.
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case none, nginx, command
    case nginxOverSSH = "nginx over SSH"
    case haproxy = "haproxy on a unix socket"
    case haproxyTCP = "haproxy on TCP"
    case haproxyOverSSH = "haproxy over SSH"
    case nginxPlus = "nginx-plus"
    case healthCheck = "healthchecklb"
    case pair = "nginx and haproxy as a pair"
    var testDescription: String { rawValue }

    /// All but `none` and `healthchecklb`, where nobody counts. (The command's program counts and gives no number.)
    static let counting: [Kind] = all(but: .none, .healthCheck)
    /// Those with a balancer that real requests go through; of the pair, through the HAProxy.
    static let withTraffic: [Kind] = [.nginx, .nginxOverSSH, .haproxy, .haproxyTCP, .haproxyOverSSH, .pair]
    /// All but `none`, which knows no servers.
    static let knowing: [Kind] = all(but: .none)
    /// All but `none`, which has no balancer, and `command`, whose program answers for it.
    static let reaching: [Kind] = all(but: .none, .command)
    /// Those with a server that may be silent: `nginx` has only files and processes.
    static let talking: [Kind] = all(but: .none, .nginx, .nginxOverSSH)
    /// All but `none` and `healthchecklb`, which change nothing.
    static let undoing: [Kind] = all(but: .none, .healthCheck)
    /// All but `none`, which is done at once.
    static let cancellable: [Kind] = all(but: .none)

    private static func all(but kinds: Kind...) -> [Kind] { allCases.filter { !kinds.contains($0) } }
  }

  /// Makes a driver, as each run does.
  let make: () throws -> any LoadBalancer
  let nodes: [Node]
  /// What its balancer listens on.
  var url: String?
  /// Sends a request to the first node that stays in flight until the closure that comes back is called.
  var hold: (() async throws -> () async throws -> Void)?
  /// What the driver counts then.
  var inFlight: Int?
  /// Ends the balancer.
  var stop: (() async -> Void)?
  /// Whether the drain is asked of the balancer.
  var isDrainAsked = true
  /// A driver whose balancer accepts connections and says nothing.
  var silent: (() async throws -> any LoadBalancer)?
  /// A driver of the same balancer that fails half way when it takes the first node out.
  var failing: (() async throws -> any LoadBalancer)?

  /// Asks as the core does, until the driver has said so often enough.
  func drain(_ node: Int, by driver: any LoadBalancer) async throws {
    var looks = 0
    let isDrained = try await eventually {
      looks = try await driver.isDrained(nodes[node]) == .drained ? looks + 1 : 0
      return looks == driver.pollsUntilDrained
    }
    guard isDrained else { throw Failure(.notDrained, "the test's node is not drained") }
  }

  /// Runs `body` on a new stage, which is taken down whatever happens.
  static func with(_ kind: Kind, _ body: (Stage) async throws -> Void) async throws {
    switch kind {
    case .none: try await body(Stage(make: { NoLoadBalancer() }, nodes: named))
    case .nginx: try await NginxBench.with { try await body($0.stage { try $0.driver() }) }
    case .nginxOverSSH:
      try await NginxBench.with { bench in
        try await bench.withSSH { make in try await body(bench.stage { _ in try make() }) }
      }
    case .haproxy: try await HAProxyBench.with { try await $0.perform(body) }
    case .haproxyTCP: try await HAProxyBench.with { try await $0.performOverTCP(body) }
    case .haproxyOverSSH: try await HAProxyBench.with { try await $0.performOverSSH(body) }
    case .pair: try await HAProxyBench.with { try await $0.performAsPair(body) }
    case .nginxPlus: try await NginxPlusServer.with { try await $0.perform(body) }
    case .command: try await CommandBench.with { try await body($0.stage) }
    case .healthCheck: try await healthCheck(body)
    }
  }

  static let named = ["A", "B"].map { Node(name: $0, host: "h", groups: [], loadBalancerServer: $0) }

  private static func healthCheck(_ body: (Stage) async throws -> Void) async throws {
    try await withGateways(shutdownDelay: 0) { lab, nodes in
      try await withRequests { surroundings in
        var stage = Stage(make: { try HealthCheckStage.make(surroundings) }, nodes: nodes)
        stage.stop = { for name in ["Node-A", "Node-B"] { try? await lab.instance(name, "-k") } }
        stage.isDrainAsked = false
        // Its silent balancer is a gateway: `silence` stands before the nodes' own check.
        let silence = try SilentServer()
        defer { silence.stop() }
        stage.silent = {
          Elsewhere(driver: try HealthCheckStage.make(surroundings), url: "http://\(silence.name)/healthcheck")
        }
        try await body(stage)
      }
    }
  }
}

/// A driver that is asked about nodes whose health check is elsewhere.
struct Elsewhere: LoadBalancer {
  let driver: any LoadBalancer
  let url: String

  func disable(_ node: Node) async throws { try await driver.disable(moved(node)) }
  func isDrained(_ node: Node) async throws -> DrainState { try await driver.isDrained(moved(node)) }
  func enable(_ node: Node) async throws { try await driver.enable(moved(node)) }
  func standing(of node: Node) async throws -> Standing { try await driver.standing(of: moved(node)) }

  private func moved(_ node: Node) -> Node { Node(name: node.name, host: node.host, groups: [], healthURLs: [url]) }
}

/// Fails whenever a node is to be taken out, and does everything else at once.
struct Stubborn: LoadBalancer {
  func disable(_ node: Node) async throws { throw Failure(.balancer, "stubborn: no") }
  func isDrained(_ node: Node) async throws -> DrainState { .drained }
  func enable(_ node: Node) async throws {}
  func standing(of node: Node) async throws -> Standing { .enabled }
}

/// Requests that are in flight to both backends, of which one is the first node's.
func heldRequests(_ url: String) async throws -> () async throws -> Void {
  let held = [try await HeldRequest(url + "/long"), try await HeldRequest(url + "/long")]
  #expect(Set(held.map(\.backend)) == ["A", "B"])
  return {
    for request in held {
      let length = try await request.finish()
      #expect(length == Backends.longLength)
    }
  }
}
