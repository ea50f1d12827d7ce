import FoundationEssentials
import Glibc
import Lab
import Testing
import Upgrade

@testable import Clients

/// Whom the probe trusts, and what it does with its descriptors.
extension HTTPProbeSenderTests {
  @Test("a certificate that nobody vouches for is a fault; with caFile, or insecure, the probe is answered")
  func certificate() async throws {
    try await ProbeServers.nginx("location / { return 200; }", isTLS: true) { url, folder in
      guard case .failed(.untrusted(let seen)) = try await ask(url) else {
        Issue.record("an unknown certificate was taken")
        return
      }
      #expect(seen.contains("CERTIFICATE_VERIFY_FAILED"))
      expectGood(try await ask(url, tls: TLSTrust(caFile: folder + "/c.pem")))
      expectGood(try await ask(url, tls: TLSTrust(isInsecure: true)))
      guard case .failed(.status(400)) = try await ask(url.replacing("https:", with: "http:")) else {
        Issue.record("nginx answers 400 to a plain request")
        return
      }
    }
  }

  @Test("a certificate for another address is a fault even if its issuer is trusted")
  func wrongAddress() async throws {
    try await ProbeServers.nginx(
      "location / { return 200; } listen 127.0.0.1:18443 ssl;", isTLS: true
    ) { _, folder in
      guard
        case .failed(.untrusted) = try await ask("https://127.0.0.1:18443/", tls: TLSTrust(caFile: folder + "/c.pem"))
      else {
        Issue.record("a certificate for another address was taken")
        return
      }
    }
  }

  @Test("a file of certificates that cannot be used is named before anything is asked")
  func badFile() async throws {
    #expect(throws: Failure(.io, "caFile /no/such.pem: cannot be read: no such file or directory")) {
      try HTTPProbeSender([ProbeTarget(url: "https://x/", tls: TLSTrust(caFile: "/no/such.pem"))])
    }
    #expect(throws: Failure(.refused, "caFile /etc/passwd: holds no PEM certificate")) {
      try HTTPProbeSender([ProbeTarget(url: "https://x/", tls: TLSTrust(caFile: "/etc/passwd"))])
    }
  }

  @Test("all descriptors are given back")
  func descriptors() async throws {
    let silent = LoopbackPort.ownAddress()
    let descriptor = try ProbeServers.listenOnly(silent, port: 8080, backlog: 128)
    defer { close(descriptor) }
    try await ProbeServers.nginx("location / { return 200; } location /bad { return 500; }") { url, _ in
      let before = ProbeServers.openSockets
      for address in [url, url + "/bad", "http://127.0.0.1:1/"] {
        for _ in 0..<20 { _ = try await ask(address) }
      }
      for _ in 0..<20 {
        expect(try await ask("http://\(silent):8080/", timeout: .milliseconds(20)), .failed(.noAnswerInTime))
      }
      let deadline = ContinuousClock.now + .seconds(10)
      while ProbeServers.openSockets > before, ContinuousClock.now < deadline { await Task.yield() }
      #expect(ProbeServers.openSockets <= before)
    }
  }

  @Test("without a descriptor left it is not measured; with one again it is")
  func exhaustion() async {
    // In a process of its own: no other test may miss a descriptor.
    await #expect(processExitsWith: .success) {
      let targets = ["http://127.0.0.1:1/", "http://localhost:1/"].map { ProbeTarget(url: $0) }
      let sender = try HTTPProbeSender(targets)
      func outcomes() async -> [ProbeOutcome] {
        var outcomes: [ProbeOutcome] = []
        for target in targets { outcomes.append(await sender.send(target, timeout: .seconds(10))) }
        return outcomes
      }
      #expect(await outcomes() == [.failed(.refused), .failed(.refused)])
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let most = limit.rlim_cur
      limit.rlim_cur = 3  // what is open stays open
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let starved = await outcomes()
      limit.rlim_cur = most
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      #expect(starved[0] == .unmeasured(.noDescriptors))
      // The name service needs a descriptor too, and says in its own words that it has none.
      if case .unmeasured = starved[1] {} else { Issue.record("\(starved[1])") }
      #expect(await outcomes() == [.failed(.refused), .failed(.refused)])
    }
  }
}
