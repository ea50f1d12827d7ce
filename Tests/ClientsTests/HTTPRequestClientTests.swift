import Clients
import FoundationEssentials
import Testing
import Upgrade

@Suite("HTTPRequestClient", .serialized)
struct HTTPRequestClientTests {
  @Test("method, body, login, headers and status go through as they are; a redirect is not followed")
  func request() async throws {
    let locations = """
      location = /moved { return 301 /other; }
      location / { return 418 "$request_method $http_authorization $http_content_type $content_length $http_accept"; }
      """
    try await withServer(locations) { client, url, _ in
      let answer = try await client.answer(
        to: HTTPQuestion(
          "PATCH", url + "/x", login: .init(user: "u", password: Secret("pä:ss")), json: Array(#"{"a":1}"#.utf8),
          headers: ["Accept": "application/json"]),
        trust: TLSTrust(), timeout: .seconds(10))
      #expect(answer.status == 418)
      #expect(
        String(decoding: answer.body, as: UTF8.self) == "PATCH Basic dTpww6Q6c3M= application/json 7 application/json")
      let moved = try await client.answer(
        to: HTTPQuestion("GET", url + "/moved"), trust: TLSTrust(), timeout: .seconds(10))
      #expect(moved.status == 301)
    }
  }

  @Test("no listener, no end of the answer, and one that is too long are failures of their kinds")
  func failures() async throws {
    let drip = "location = /drip { root FOLDER; limit_rate 1; } location = /long { root FOLDER; }"
    try await withServer(drip) { client, url, folder in
      try Data(repeating: 65, count: 3000).write(to: URL(fileURLWithPath: folder + "/drip"))
      try Data(repeating: 65, count: 5 << 20).write(to: URL(fileURLWithPath: folder + "/long"))
      let nobody = url.replacing(":8080", with: ":1")
      for (target, kind, message) in [
        (nobody, Failure.Kind.unreachable, "cannot connect"),
        (url + "/drip", .timeout, "no whole answer within 2 s"),
        (url + "/long", .refused, "its answer is longer than 4194304 bytes"),
      ] {
        let failure = await #expect(throws: Failure.self) {
          _ = try await client.answer(to: HTTPQuestion("GET", target), trust: TLSTrust(), timeout: .seconds(2))
        }
        #expect(failure?.kind == kind && failure?.message == "\(target): \(message)")
      }
    }
  }

  @Test("certificates: trusted by their file, any when told so, and otherwise a failure")
  func certificates() async throws {
    try await withServer("location / { return 200; }", isTLS: true) { client, url, folder in
      let question = HTTPQuestion("GET", url)
      let failure = await #expect(throws: Failure.self) {
        _ = try await client.answer(to: question, trust: TLSTrust(), timeout: .seconds(10))
      }
      #expect(failure?.kind == .unreachable && failure?.message == "\(url): no trusted TLS connection")
      for trust in [TLSTrust(caFile: folder + "/c.pem"), TLSTrust(isInsecure: true)] {
        let answer = try await client.answer(to: question, trust: trust, timeout: .seconds(10))
        #expect(answer.status == 200)
      }
      let missing = await #expect(throws: Failure.self) {
        _ = try await client.answer(to: question, trust: TLSTrust(caFile: "/no/such.pem"), timeout: .seconds(10))
      }
      #expect(missing?.kind == .io)
      // What one question trusted is not trusted by the next.
      await #expect(throws: Failure.self) {
        _ = try await client.answer(to: question, trust: TLSTrust(), timeout: .seconds(10))
      }
    }
  }

  /// A real nginx with `locations`, in which `FOLDER` is a folder for files; with TLS its certificate is `FOLDER/c.pem`.
  private func withServer(
    _ locations: String, isTLS: Bool = false,
    _ body: (HTTPRequestClient, _ url: String, _ folder: String) async throws -> Void
  ) async throws {
    let client = HTTPRequestClient()
    do {
      try await ProbeServers.nginx(locations, isTLS: isTLS) { try await body(client, $0, $1) }
    } catch {
      await client.shutdown()
      throw error
    }
    await client.shutdown()
  }
}
