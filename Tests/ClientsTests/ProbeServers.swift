import FoundationEssentials
import Glibc
import Lab
import Subprocess
import Testing

/// Real servers for one test, gone behind it.
enum ProbeServers {
  /// A real nginx with `locations`, in which `FOLDER` is a folder for files; with TLS its certificate is `FOLDER/c.pem`.
  static func nginx(
    _ locations: String, isTLS: Bool = false, _ body: (_ url: String, _ folder: String) async throws -> Void
  ) async throws {
    let folder = "/tmp/zdu-probe-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let address = LoopbackPort.ownAddress()
    let tls = "ssl_certificate ../c.pem; ssl_certificate_key ../k.pem;"
    if isTLS { try await makeCertificate(for: address, in: folder) }
    let listen = "listen \(address):8080\(isTLS ? " ssl" : ""); \(isTLS ? tls : "")"
    let server = NGINXServer(
      directory: folder + "/nginx", http: "server { \(listen) \(locations.replacing("FOLDER", with: folder)) }",
      listening: ["\(address):8080"])
    try await server.start()
    do {
      try await body("\(isTLS ? "https" : "http")://\(address):8080", folder)
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  /// A socket that listens; `backlog` connections are taken by the system, and nobody ever answers one.
  static func listenOnly(_ address: String, port: UInt16, backlog: Int32 = 16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(descriptor >= 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    inet_pton(AF_INET, address, &name.sin_addr)
    let status = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(status == 0 && listen(descriptor, backlog) == 0)
    return descriptor
  }

  /// The descriptors of this process that are sockets.
  static var openSockets: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.count {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasPrefix("socket:") == true
    }
  }

  private static func makeCertificate(for address: String, in folder: String) async throws {
    let words = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=zdu", "-addext",
      "subjectAltName=IP:\(address)", "-keyout", folder + "/k.pem", "-out", folder + "/c.pem",
    ]
    let result = try await Subprocess.run(.name("openssl"), arguments: Arguments(words), output: .discarded)
    try #require(result.terminationStatus.isSuccess)
  }
}
