import CommandHandlers
import FoundationEssentials
import Glibc
import Lab
import LoadBalancers
import Upgrade

/// A real nginx before two real backends, `A` and `B`, in a folder of its own.
struct NginxBench: Sendable {
  let directory: String
  let balancer: NGINXServer
  let behind: Backends
  let address: String

  var backends: NGINXServer { behind.server }
  /// The backends' addresses as they stand in the include file.
  var servers: [String] { behind.servers }
  var nodes: [Node] { behind.nodes }
  var include: String { balancer.directory + "/servers.conf" }
  var url: String { "http://\(address)" }

  /// Runs `body` with everything up, and takes everything down whatever happens.
  static func with(
    include: (([String]) -> String)? = nil, _ body: (NginxBench) async throws -> Void
  ) async throws {
    let bench = try NginxBench()
    defer { try? FileManager.default.removeItem(atPath: bench.directory) }
    do {
      try bench.writeInclude(include?(bench.servers) ?? bench.servers.map { "server \($0);\n" }.joined())
      try await bench.backends.start()
      try await bench.balancer.start()
      try await body(bench)
    } catch {
      await bench.stop()
      throw error
    }
    await bench.stop()
  }

  /// Runs `body` with an nginx before backends that are there already.
  static func with(
    before behind: Backends, in directory: String, _ body: (NginxBench) async throws -> Void
  ) async throws {
    let bench = try NginxBench(directory, behind, port: 8020)
    try bench.writeInclude(bench.servers.map { "server \($0);\n" }.joined())
    do {
      try await bench.balancer.start()
      try await body(bench)
    } catch {
      await bench.balancer.stop()
      throw error
    }
    await bench.balancer.stop()
  }

  private init() throws {
    let directory = "/tmp/zdu-lb-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try self.init(directory, try Backends(directory: directory), port: 8000)
  }

  private init(_ directory: String, _ behind: Backends, port: Int) throws {
    self.directory = directory
    self.behind = behind
    address = "\(behind.address):\(port)"
    balancer = NGINXServer(
      directory: directory + "/balancer",
      http: """
        upstream nodes { zone nodes 64k; include servers.conf; }
        server { listen \(address); location / { proxy_max_temp_file_size 0; proxy_pass http://nodes; } }
        include extra*.conf;
        """, workers: 2, listening: [address])
    try FileManager.default.createDirectory(atPath: balancer.directory, withIntermediateDirectories: true)
  }

  private func stop() async {
    await balancer.stop()
    await backends.stop()
  }

  /// The include file's content.
  func readInclude() throws -> String { try String(contentsOfFile: include, encoding: .utf8) }

  /// Replaces the include file by hand.
  func writeInclude(_ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: include))
  }

  /// A file that nginx reads at its next reload.
  func writeExtra(_ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: balancer.directory + "/extra.conf"))
  }

  /// What a topology file says about this bench's balancer.
  var setting: Setting {
    .object([
      "driver": .string("nginx"), "include": .string(include), "pidFile": .string(balancer.pidFile),
      "command": .array(balancer.commandLine.map(Setting.string)),
    ])
  }

  /// A driver for this bench's balancer, or one with `setting`.
  func driver(
    _ setting: Setting? = nil, through handler: any CommandHandler = LocalCommandHandler(),
    reloadTimeout: Duration = .seconds(10),
    output: @escaping @Sendable (Node, CommandOutput) async -> Void = { _, _ in }
  ) throws -> NginxLoadBalancer {
    let reader = try SettingReader(
      setting ?? self.setting, file: "t.json", path: "loadBalancer", keys: ["driver"] + NginxLoadBalancer.keys)
    let surroundings = Surroundings(
      local: handler, remote: { _ in BalancerShell(handler: handler, node: "") }, output: output)
    return try NginxLoadBalancer(reader, in: surroundings, reloadTimeout: reloadTimeout)
  }
}

extension NginxBench {
  /// The number of open connections to a backend, as the kernel lists them.
  func connections(to backend: Int) -> Int { behind.connections(to: backend) }
}
