import FoundationEssentials
import Glibc
import Lab
import LoadBalancers
import Upgrade

/// Two real HTTP servers, `A` and `B`, for a balancer to stand before.
struct Backends: Sendable {
  let server: NGINXServer
  /// The address on which they listen, and the balancer may, with other ports.
  let address: String
  /// Their addresses with ports.
  let servers: [String]

  var nodes: [Node] {
    zip(["A", "B"], servers).map {
      Node(
        name: "Node-\($0)", host: "h", groups: ["g"], loadBalancerServer: $1, healthURLs: ["http://\($1)/healthcheck"])
    }
  }

  /// What `/long` answers with, in bytes: more than fits into all buffers on its way, so that it stays in flight for as
  /// long as the client does not read on.
  static let longLength = 32 << 20

  /// Backends that are not started yet, with everything in `directory`.
  init(directory: String) throws {
    let own = LoopbackPort.ownAddress()
    let servers = [8001, 8002].map { "\(own):\($0)" }
    (self.servers, address) = (servers, own)
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
    self.server = NGINXServer(
      directory: directory + "/backends", http: backend.joined(separator: "\n"), listening: servers)
    try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: files + "/long"))
    guard truncate(files + "/long", Self.longLength) == 0 else { throw Failure(.io, "make \(files)/long") }
  }

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
