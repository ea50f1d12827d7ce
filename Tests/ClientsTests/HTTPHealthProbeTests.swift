import FoundationEssentials
import Glibc
import Lab
import Clients
import Subprocess
import Testing
import Upgrade

@Suite("HTTPHealthProbe")
struct HTTPHealthProbeTests {
  @Test("the status code is the server's own", arguments: [200, 204, 301, 404, 500, 503])
  func status(code: Int) async throws {
    try await withServer("location / { return \(code) /elsewhere; }") { probe, url, _ in
      let answer1 = try await probe.status(of: url + "/healthcheck", timeout: .seconds(10))
      #expect(answer1 == code)
    }
  }

  @Test("a redirect is the answer, not a way to another one")
  func redirect() async throws {
    try await withServer("location / { return 302 /well; } location /well { return 200; }") { probe, url, _ in
      let answer2 = try await probe.status(of: url, timeout: .seconds(10))
      #expect(answer2 == 302)
      let answer3 = try await probe.status(of: url + "/well", timeout: .seconds(10))
      #expect(answer3 == 200)
    }
  }

  @Test("nobody listens, or the host is not known: said at once")
  func refused() async throws {
    let address = LoopbackPort.ownAddress()
    let url = "http://\(address):\(try LoopbackPort.free(at: address))/healthcheck"
    try await withProbe { probe in
      let start = ContinuousClock.now
      let failure = await #expect(throws: Failure.self) { try await probe.status(of: url, timeout: .seconds(30)) }
      #expect(failure?.kind == .unhealthy)
      #expect(failure?.message == "\(url): cannot connect")
      #expect(failure?.evidence.first?.contains("refused") == true)
      let unknown = await #expect(throws: Failure.self) {
        try await probe.status(of: "http://no-such-host.invalid/", timeout: .seconds(30))
      }
      #expect(unknown?.message == "http://no-such-host.invalid/: the host name no-such-host.invalid is not known")
      #expect(ContinuousClock.now - start < .seconds(15))
    }
  }

  @Test("a server that takes the connection and says nothing is given up in time")
  func hanging() async throws {
    let address = LoopbackPort.ownAddress()
    let descriptor = try listenOnly(address, port: 8080)
    defer { close(descriptor) }
    try await withProbe { probe in
      let failure = await #expect(throws: Failure.self) {
        try await probe.status(of: "http://\(address):8080/", timeout: .milliseconds(300))
      }
      #expect(failure?.kind == .unhealthy && failure?.exitCode == 124)
      #expect(failure?.message == "http://\(address):8080/: no whole answer within 0.3 s")
    }
  }

  @Test("a body that never ends counts as no answer; one that is long is read to a bound only")
  func body() async throws {
    let drip = "location = /drip { root FOLDER; limit_rate 1; } location = /long { root FOLDER; limit_rate 100k; }"
    try await withServer(drip) { probe, url, folder in
      try Data(repeating: 65, count: 3000).write(to: URL(fileURLWithPath: folder + "/drip"))
      try Data(repeating: 65, count: 50_000_000).write(to: URL(fileURLWithPath: folder + "/long"))
      let failure = await #expect(throws: Failure.self) {
        try await probe.status(of: url + "/drip", timeout: .milliseconds(500))
      }
      #expect(failure?.message == "\(url)/drip: no whole answer within 0.5 s")
      let answer4 = try await probe.status(of: url + "/long", timeout: .seconds(20))
      #expect(answer4 == 200)
    }
  }

  @Test("a connection that breaks, a TLS port asked without TLS, and no URL at all are failures, not crashes")
  func broken() async throws {
    try await withServer("location / { return 444; }") { probe, url, _ in
      let failure = await #expect(throws: Failure.self) { try await probe.status(of: url, timeout: .seconds(10)) }
      #expect(failure?.message == "\(url): the connection broke before the answer was complete")
      let tls = url.replacing("http:", with: "https:")
      let second = await #expect(throws: Failure.self) { try await probe.status(of: tls, timeout: .seconds(10)) }
      #expect(second?.message == "\(tls): no trusted TLS connection")
      for bad in ["", "healthcheck", "http://", "ftp://x/"] {
        let failure = await #expect(throws: Failure.self) { try await probe.status(of: bad, timeout: .seconds(10)) }
        #expect(failure?.kind == .unhealthy)
      }
    }
  }

  @Test("a certificate that nobody vouches for is a clear failure; told to trust it, the check answers")
  func certificate() async throws {
    let listen = "ssl_certificate ../c.pem; ssl_certificate_key ../k.pem; location / { return 200; }"
    try await withServer(listen, isTLS: true) { probe, url, folder in
      let failure = await #expect(throws: Failure.self) { try await probe.status(of: url, timeout: .seconds(10)) }
      #expect(failure?.message == "\(url): no trusted TLS connection" && failure?.kind == .unhealthy)
      #expect(failure?.remedy != nil && failure?.evidence.first?.contains("CERTIFICATE_VERIFY_FAILED") == true)
      try await withProbe(TLSTrust(caFile: folder + "/c.pem")) { probe in
        let answer5 = try await probe.status(of: url, timeout: .seconds(10))
        #expect(answer5 == 200)
        let other = await #expect(throws: Failure.self) {
          try await probe.status(of: url.replacing(".1:", with: ".2:"), timeout: .seconds(10))
        }
        #expect(other?.message == "\(url.replacing(".1:", with: ".2:")): no trusted TLS connection")
      }
    }
  }

  @Test("cancellation ends the question")
  func cancellation() async throws {
    let address = LoopbackPort.ownAddress()
    let descriptor = try listenOnly(address, port: 8080)
    defer { close(descriptor) }
    try await withProbe { probe in
      let task = Task { try await probe.status(of: "http://\(address):8080/", timeout: .seconds(60)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  private func withProbe(_ trust: TLSTrust = TLSTrust(), _ body: (HTTPHealthProbe) async throws -> Void) async throws {
    let client = HTTPRequestClient()
    let probe = try HTTPHealthProbe(client, trust)
    do {
      try await body(probe)
    } catch {
      await client.shutdown()
      throw error
    }
    await client.shutdown()
  }

  /// A real nginx with `locations`, in which `FOLDER` is a folder for files; with TLS its certificate is `FOLDER/c.pem`.
  private func withServer(
    _ locations: String, isTLS: Bool = false,
    _ body: (HTTPHealthProbe, _ url: String, _ folder: String) async throws -> Void
  ) async throws {
    let folder = "/tmp/zdu-probe-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let address = LoopbackPort.ownAddress()
    // On all addresses of its own network, so that a certificate for one is wrong for another.
    let others = isTLS ? "listen \(address.dropLast())2:8080 ssl;" : ""
    let listen = "listen \(address):8080\(isTLS ? " ssl" : ""); \(others)"
    if isTLS { try await makeCertificate(for: address, in: folder) }
    let server = NGINXServer(
      directory: folder + "/nginx", http: "server { \(listen) \(locations.replacing("FOLDER", with: folder)) }",
      listening: ["\(address):8080"])
    try await server.start()
    do {
      try await withProbe { try await body($0, "\(isTLS ? "https" : "http")://\(address):8080", folder) }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private func makeCertificate(for address: String, in folder: String) async throws {
    let words = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=zdu", "-addext",
      "subjectAltName=IP:\(address)", "-keyout", folder + "/k.pem", "-out", folder + "/c.pem",
    ]
    let result = try await Subprocess.run(.name("openssl"), arguments: Arguments(words), output: .discarded)
    try #require(result.terminationStatus.isSuccess)
  }

  /// A port whose connections nobody ever takes.
  private func listenOnly(_ address: String, port: UInt16) throws -> Int32 {
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
    try #require(status == 0 && listen(descriptor, 16) == 0)
    return descriptor
  }
}
