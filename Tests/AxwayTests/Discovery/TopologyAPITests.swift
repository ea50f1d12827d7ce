import Testing
import Upgrade

@testable import Axway

@Suite("The Topology API")
struct TopologyAPITests {
  /// A server that gives one answer, and shows one certificate or none.
  private struct Server: HTTPExchange, CertificateReader {
    let reply: Result<HTTPAnswer, Failure>
    let shown: CertificateFingerprint?
    var isTrusted = false

    func answer(to request: HTTPQuestion, trust: TLSTrust, timeout: Duration) async throws -> HTTPAnswer {
      #expect(request.url == Domain.url && request.method == "GET" && request.login?.user == "adm")
      return try reply.get()
    }

    func certificate(of url: String, trust: TLSTrust, timeout: Duration) async throws -> CertificateFingerprint {
      guard let shown, isTrusted || trust.isInsecure else { throw Failure(.unreachable, "no") }
      return shown
    }
  }

  private static let seen = CertificateFingerprint(digest: [UInt8](repeating: 0xAB, count: 32))
  private static let other = CertificateFingerprint(digest: [UInt8](repeating: 1, count: 32))

  private static func failure(
    _ reply: Result<HTTPAnswer, Failure>, shown: CertificateFingerprint? = nil, trust: TLSTrust = TLSTrust(),
    isTrusted: Bool = false
  ) async throws -> Failure? {
    let server = Server(reply: reply, shown: shown, isTrusted: isTrusted)
    let api = try TopologyAPI(host: "anm", port: 8090, trust: trust, timeout: .seconds(1), http: server)
    return await #expect(throws: Failure.self) {
      _ = try await api.topology(as: HTTPQuestion.Login(user: "adm", password: Secret("hunter2")))
    }
  }

  @Test(
    "a status that is not 200 says what is wrong and what to do",
    arguments: [
      (401, Failure.Kind.authentication, "it refuses the user 'adm' or the password (401)"),
      (403, .authentication, "the user 'adm' may not see the topology (403)"),
      (302, .refused, "it answers 302, a redirect, which is not followed with a password"),
      (404, .refused, "there is no Topology API (404)"), (500, .refused, "it answers 500 instead of 200"),
    ])
  func status(code: Int, kind: Failure.Kind, message: String) async throws {
    let failure = try await Self.failure(.success(HTTPAnswer(status: code, body: [])))
    #expect(failure?.kind == kind && failure?.message == "\(Domain.url): \(message)" && failure?.remedy != nil)
  }

  @Test("a certificate that is not believed is shown with its fingerprint; what is no matter of certificates is not")
  func trust() async throws {
    let lost = Failure(.unreachable, "\(Domain.url): cannot connect")
    #expect(try await Self.failure(.failure(lost)) == lost)
    #expect(try await Self.failure(.failure(lost), shown: Self.seen, isTrusted: true) == lost)
    #expect(try await Self.failure(.failure(lost), shown: Self.seen, trust: TLSTrust(isInsecure: true)) == lost)
    #expect(try await Self.failure(.failure(lost), shown: Self.seen, trust: TLSTrust(pin: Self.seen)) == lost)
    let late = Failure(.timeout, "\(Domain.url): no whole answer within 1 s")
    #expect(try await Self.failure(.failure(late), shown: Self.seen) == late)
    let text = "SHA256:" + Array(repeating: "AB", count: 32).joined(separator: ":")
    for pin in [nil, Self.other] {
      let failure = try await Self.failure(.failure(lost), shown: Self.seen, trust: TLSTrust(pin: pin))
      #expect(failure?.message == "\(Domain.url): its certificate is not trusted; its fingerprint is \(text)")
      #expect(failure?.remedy?.contains(pin.map { "it is not \($0)" } ?? "give --fingerprint \(text)") == true)
    }
  }

  @Test("a fingerprint is read as OpenSSL prints it and as we do, and nothing else is")
  func fingerprint() {
    let hex = String(repeating: "ab", count: 32)
    let colons = Array(repeating: "AB", count: 32).joined(separator: ":")
    for text in [hex, colons, "SHA256:\(colons)", "sha256:\(hex)", "sha256 Fingerprint=\(colons)"] {
      #expect(CertificateFingerprint(text) == Self.seen)
    }
    #expect(Self.seen?.description == "SHA256:\(colons)")
    for text in [
      "", "SHA256:", hex + "a", hex + "ab", String(hex.dropLast()), "+" + hex.dropLast(), "SHA1:\(hex)", "\(colons):",
    ] {
      #expect(CertificateFingerprint(text) == nil, "\(text)")
    }
  }

  @Test("a host is a name or an address, and cannot become another part of the URL")
  func hosts() throws {
    #expect(try TopologyAPI.url(host: "[fd00::1]", port: 1) == "https://[fd00::1]:1/api/topology")
    #expect(try TopologyAPI.url(host: "fd00::1", port: 1) == "https://[fd00::1]:1/api/topology")
    #expect(try TopologyAPI.url(host: "10.0.0.1", port: 8090) == "https://10.0.0.1:8090/api/topology")
    for host in ["", "https://a", "a:8090", "a/b", "u@a", "a?b", "a#b", "a b", "a\nb", "-a", "ä.example"] {
      #expect(throws: Failure.self) { try TopologyAPI.url(host: host, port: 8090) }
    }
  }
}
