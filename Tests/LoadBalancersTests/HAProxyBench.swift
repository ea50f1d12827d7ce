import Clients
import CommandHandlers
import FoundationEssentials
import Glibc
import Lab
import LoadBalancers
import Synchronization
import Upgrade

/// A real HAProxy before two real backends, `A` and `B`, each in two of its backends.
struct HAProxyBench: Sendable {
  let directory: String
  let behind: Backends
  let balancer: HAProxyServer
  let address: String
  /// What the driver noted.
  let notes = Notes()

  var url: String { "http://\(address)" }
  var nodes: [Node] { behind.nodes }
  var tcp: String { "\(behind.address):9999" }

  /// A socket of the same process that may look, but change nothing.
  var operatorSocket: String { balancer.directory + "/operator.sock" }

  /// Runs `body` with everything up, and takes everything down whatever happens.
  static func with(
    server: String = "check inter 100ms fall 2 rise 2", _ body: (HAProxyBench) async throws -> Void
  ) async throws {
    let bench = try HAProxyBench(server: server)
    defer { try? FileManager.default.removeItem(atPath: bench.directory) }
    do {
      try await bench.behind.server.start()
      try await bench.balancer.start()
      try await body(bench)
    } catch {
      await bench.stop()
      throw error
    }
    await bench.stop()
  }

  private init(server: String) throws {
    directory = "/tmp/zdu-ha-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    behind = try Backends(directory: directory)
    address = "\(behind.address):8000"
    balancer = HAProxyServer(
      directory: directory + "/haproxy", proxies: Self.proxies(address, behind.servers, server), listening: [address],
      runtimeEndpoint: "\(behind.address):9999")
  }

  private static func proxies(_ address: String, _ servers: [String], _ parameters: String) -> String {
    """
    global
      stats socket unix@operator.sock mode 600 level operator
    frontend front
      bind \(address)
      use_backend also if { path_beg /also }
      default_backend nodes
    backend nodes
      option httpchk GET /
      server a \(servers[0]) \(parameters)
      server b \(servers[1]) \(parameters)
    backend also
      server first \(servers[0])
      server second \(servers[1])
    """
  }

  private func stop() async {
    await balancer.stop()
    await behind.server.stop()
  }

  /// How a server stands: the mask and the words.
  func administration(_ name: String) async throws -> Int? {
    let table = try await balancer.runtime("show servers state")
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count > 6, "\(fields[1])/\(fields[3])" == name { return Int(fields[6]) }
    }
    return nil
  }

  /// How both servers of `A` stand.
  func administrations() async throws -> [Int?] {
    [try await administration("nodes/a"), try await administration("also/first")]
  }

  /// A driver as the registry makes it.
  func driver(
    sockets: [String]? = nil, more: [String: Setting] = [:], exchange: any SocketExchange = StreamSocketClient()
  ) throws -> any LoadBalancer {
    let own: [String: Setting] = [
      "driver": .string("haproxy"), "socket": .array((sockets ?? [balancer.socket]).map(Setting.string)),
    ]
    return try LoadBalancerRegistry.standard.make(
      from: .object(own.merging(more) { _, new in new }), file: "t.json",
      in: Surroundings(
        local: LoudCommandHandler(), remote: { _ in BalancerShell(handler: LoudCommandHandler(), node: "") },
        sockets: exchange, output: { [notes] node, output in notes.add(node, output) }))
  }

  /// A driver that reaches the sockets through `way`.
  func driver(
    over way: OverSSH, sockets: [String]? = nil, more: [String: Setting] = [:]
  ) throws -> any LoadBalancer {
    let own: [String: Setting] = [
      "driver": .string("haproxy"), "socket": .array((sockets ?? [balancer.socket]).map(Setting.string)),
      "ssh": way.setting,
    ]
    return try LoadBalancerRegistry.standard.make(
      from: .object(own.merging(more) { _, new in new }), file: "t.json", in: way.surroundings)
  }

  /// Runs `body` with an NGINX before the same backends.
  func withTwin(_ body: (NginxBench) async throws -> Void) async throws {
    try await NginxBench.with(before: behind, in: directory + "/twin") { try await body($0) }
  }
}

/// What drivers say on behalf of nodes.
final class Notes: Sendable {
  private let state = Mutex<[String]>([])

  func add(_ node: Node, _ output: CommandOutput) {
    state.withLock { $0.append("\(node.name): \(String(decoding: output.bytes, as: UTF8.self))") }
  }

  var all: [String] { state.withLock { $0 } }
}
