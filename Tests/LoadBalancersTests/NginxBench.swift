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
  let backends: NGINXServer
  let address: String
  /// The backends' addresses as they stand in the include file.
  let servers: [String]

  var nodes: [Node] {
    zip(["A", "B"], servers).map { Node(name: "Node-\($0)", host: "h", groups: ["g"], loadBalancerServer: $1) }
  }
  var include: String { balancer.directory + "/servers.conf" }
  var url: String { "http://\(address)" }

  /// What `/long` answers with, in bytes: more than fits into all buffers on its way, so that it stays in flight for as
  /// long as the client does not read on.
  static let longLength = 32 << 20

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

  private init() throws {
    directory = "/tmp/zdu-lb-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let own = LoopbackPort.ownAddress()
    let ports = [8001, 8002]
    let servers = ports.map { "\(own):\($0)" }
    (self.servers, address) = (servers, "\(own):8000")
    let files = directory + "/files"
    let backend = zip(["A", "B"], servers).map { name, server in
      """
      server {
        listen \(server);
        add_header X-Backend \(name);
        location / { return 200 \(name); }
        location /long { root \(files); }
      }
      """
    }
    backends = NGINXServer(
      directory: directory + "/backends", http: backend.joined(separator: "\n"), listening: servers)
    balancer = NGINXServer(
      directory: directory + "/balancer",
      http: """
        upstream nodes { zone nodes 64k; include servers.conf; }
        server { listen \(address); location / { proxy_max_temp_file_size 0; proxy_pass http://nodes; } }
        include extra*.conf;
        """, workers: 2, listening: [address])
    for folder in [files, balancer.directory] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    try Data().write(to: URL(fileURLWithPath: files + "/long"))
    guard truncate(files + "/long", Self.longLength) == 0 else { throw Failure(.io, "make \(files)/long") }
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

  /// A driver for this bench's balancer, or one with `setting`.
  func driver(
    _ setting: Setting? = nil, through handler: any CommandHandler = LocalCommandHandler(),
    reloadTimeout: Duration = .seconds(10),
    output: @escaping @Sendable (Node, CommandOutput) async -> Void = { _, _ in }
  ) throws -> NginxLoadBalancer {
    let own = Setting.object([
      "include": .string(include), "pidFile": .string(balancer.pidFile),
      "command": .array(balancer.commandLine.map(Setting.string)),
    ])
    let reader = try SettingReader(setting ?? own, file: "t.json", path: "loadBalancer", keys: NginxLoadBalancer.keys)
    let surroundings = Surroundings(
      local: handler, remote: { _ in BalancerShell(handler: handler, node: "") }, output: output)
    return try NginxLoadBalancer(reader, in: surroundings, reloadTimeout: reloadTimeout)
  }
}

extension NginxBench {
  /// The number of open connections to a backend, as the kernel lists them.
  func connections(to backend: Int) -> Int {
    let parts = servers[backend].split(separator: ":")
    let bytes = parts[0].split(separator: ".").compactMap { UInt8($0) }.reversed().map(Self.hexadecimal)
    let port = UInt16(parts[1]) ?? 0
    let name = bytes.joined() + ":" + Self.hexadecimal(UInt8(port >> 8)) + Self.hexadecimal(UInt8(port & 0xff))
    let table = Self.wholeFile("/proc/net/tcp")
    // Number, local address, remote address, state (1: established).
    return table.split(separator: "\n").count { line in
      let fields = line.split(separator: " ")
      return fields.count > 3 && fields[2] == name && fields[3] == "01"
    }
  }

  /// Foundation stops after the first piece of a file in `/proc` that is longer than a page.
  private static func wholeFile(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(descriptor, &piece, piece.count), count > 0 { bytes += piece[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16, uppercase: true)
    return text.count == 1 ? "0" + text : text
  }
}
