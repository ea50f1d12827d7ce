import Foundation
import Lab
import Subprocess
import Testing
import Upgrade

@testable import Clients

@Suite("A pinned certificate", .serialized)
struct CertificateGateTests {
  private static let log = "access_log FOLDER/asked; location / { return 200; }"
  private static let login = HTTPQuestion.Login(user: "u", password: Secret("p"))

  private static func fingerprint(_ folder: String) async throws -> CertificateFingerprint {
    let shown = try await Subprocess.run(
      .name("openssl"), arguments: ["x509", "-noout", "-fingerprint", "-sha256", "-in", folder + "/c.pem"],
      output: .string(limit: 1000))
    let line = shown.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    return try #require(CertificateFingerprint(line))
  }

  private static func with(
    _ locations: String = log, _ body: (HTTPRequestClient, _ url: String, _ folder: String) async throws -> Void
  ) async throws {
    let client = HTTPRequestClient()
    do {
      try await ProbeServers.nginx(locations, isTLS: true) { try await body(client, $0, $1) }
    } catch {
      await client.shutdown()
      throw error
    }
    await client.shutdown()
  }

  @Test("the certificate's fingerprint is that of OpenSSL, and nothing is asked to see it")
  func look() async throws {
    try await Self.with { client, url, folder in
      let seen = try await client.certificate(of: url, trust: TLSTrust(isInsecure: true), timeout: .seconds(10))
      #expect(seen == (try await Self.fingerprint(folder)))
      let trust = TLSTrust(caFile: folder + "/c.pem")
      #expect(try await client.certificate(of: url, trust: trust, timeout: .seconds(10)) == seen)
      await #expect(throws: Failure.self) {
        _ = try await client.certificate(of: url, trust: TLSTrust(), timeout: .seconds(10))
      }
      #expect((try? String(contentsOfFile: folder + "/asked", encoding: .utf8)) ?? "" == "")
    }
    let client = HTTPRequestClient()
    let failure = await #expect(throws: Failure.self) {
      _ = try await client.certificate(of: "https://127.0.0.1:1/", trust: TLSTrust(), timeout: .seconds(10))
    }
    #expect(failure?.kind == .unreachable)
    await client.shutdown()
  }

  @Test("only the pinned one is asked, and no other gets so much as a password")
  func pin() async throws {
    let names = "listen 127.0.0.1:18444 ssl; "
    try await Self.with(names + Self.log) { client, url, folder in
      let pin = try await Self.fingerprint(folder)
      let other = try #require(CertificateFingerprint(digest: [UInt8](repeating: 7, count: 32)))
      for _ in 0..<3 {
        let failure = await #expect(throws: Failure.self) {
          _ = try await client.answer(
            to: HTTPQuestion("GET", url, login: Self.login), trust: TLSTrust(pin: other), timeout: .seconds(10))
        }
        #expect(failure?.message == "\(url): its certificate is another one than the pinned one")
        #expect(failure?.evidence == ["seen \(pin), pinned \(other)"])
      }
      #expect((try? String(contentsOfFile: folder + "/asked", encoding: .utf8)) ?? "" == "")
      // Also for a name that it was not issued for: it is that one.
      for url in [url, "https://127.0.0.1:18444"] {
        let answer = try await client.answer(
          to: HTTPQuestion("GET", url, login: Self.login), trust: TLSTrust(pin: pin), timeout: .seconds(10))
        #expect(answer.status == 200)
      }
      // What one question believes, no other does.
      await #expect(throws: Failure.self) {
        _ = try await client.answer(to: HTTPQuestion("GET", url), trust: TLSTrust(), timeout: .seconds(10))
      }
    }
  }

  @Test("what compares no pin takes none")
  func unpinnable() throws {
    let pin = try #require(CertificateFingerprint(digest: [UInt8](repeating: 7, count: 32)))
    #expect(throws: Failure(.refused, "a certificate cannot be pinned here")) {
      try HTTPProbeSender([ProbeTarget(url: "https://x/", tls: TLSTrust(pin: pin))])
    }
  }
}
