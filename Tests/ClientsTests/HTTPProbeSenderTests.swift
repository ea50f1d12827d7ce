import FoundationEssentials
import Glibc
import Lab
import Testing
import Upgrade

@testable import Clients

@Suite("HTTPProbeSender", .serialized)
struct HTTPProbeSenderTests {
  func ask(
    _ url: String, _ method: ProbeMethod = .get, expecting statuses: [Int] = [200],
    headers: [ProbeTarget.Header] = [], tls: TLSTrust = TLSTrust(), timeout: Duration = .seconds(10)
  ) async throws -> ProbeOutcome {
    let target = ProbeTarget(url: url, method: method, expectedStatuses: statuses, headers: headers, tls: tls)
    return await (try HTTPProbeSender([target])).send(target, timeout: timeout)
  }

  func expect(_ outcome: ProbeOutcome, _ wanted: ProbeOutcome, at place: SourceLocation = #_sourceLocation) {
    #expect(outcome == wanted, sourceLocation: place)
  }

  func expectGood(_ outcome: ProbeOutcome, at place: SourceLocation = #_sourceLocation) {
    #expect(outcome.isGood, "\(outcome)", sourceLocation: place)
  }

  @Test("a status that is expected is a good answer, any other one is a fault, and a redirect is not followed")
  func status() async throws {
    let locations = """
      location /ok { return 200; } location /none { return 204; } location /bad { return 503; }
      location /away { return 302 /ok; }
      """
    try await ProbeServers.nginx(locations) { url, _ in
      expectGood(try await ask(url + "/ok"))
      expectGood(try await ask(url + "/ok?a=b%20c#top"))
      expect(try await ask(url + "/none"), .failed(.status(204)))
      expectGood(try await ask(url + "/none", expecting: [200, 204]))
      expect(try await ask(url + "/bad"), .failed(.status(503)))
      expect(try await ask(url + "/away"), .failed(.status(302)))
    }
  }

  @Test("method, path, query and headers reach the server as they are")
  func request() async throws {
    let locations = """
      access_log FOLDER/log;
      location / { root FOLDER; if ($request_method = POST) { return 201; } if ($request_method = DELETE) { return 200; } }
      """
    try await ProbeServers.nginx(locations) { url, folder in
      try "x".write(toFile: folder + "/file")
      let token = ProbeTarget.Header("Authorization", Secret("Bearer t0ken"))
      expectGood(try await ask(url + "/a%20b?x=1&y=%2F", .post, expecting: [201], headers: [token]))
      expectGood(try await ask(url + "/file", .head))
      expectGood(try await ask(url + "/file", .delete))
      expectGood(try await ask(url + "/file"))
      let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
      #expect(log.contains("\"POST /a%20b?x=1&y=%2F HTTP/1.1\" 201"))
      #expect(log.contains("\"HEAD /file HTTP/1.1\" 200") && log.contains("\"zdupgrade\""))
    }
  }

  @Test("a header's value is sent, and is in no outcome")
  func header() async throws {
    let locations = #"location / { if ($http_x_token != "s3cret") { return 403; } return 200; }"#
    try await ProbeServers.nginx(locations) { url, _ in
      expectGood(try await ask(url, headers: [.init("X-Token", Secret("s3cret"))]))
      let wrong = try await ask(url, headers: [.init("X-Token", Secret("hunter2"))])
      #expect(wrong == .failed(.status(403)) && !"\(wrong)".contains("hunter2"))
    }
  }

  @Test("nobody listens: refused, at once; no such name: a fault or, where no name service is, not measured")
  func refused() async throws {
    let address = LoopbackPort.ownAddress()
    let start = ContinuousClock.now
    expect(try await ask("http://\(address):8080/"), .failed(.refused))
    #expect(ContinuousClock.now - start < .seconds(3))
    let unknown = try await ask("http://no-such-host.invalid/", timeout: .seconds(20))
    switch unknown {
    case .failed(.unknownName("no-such-host.invalid")), .unmeasured(.nameService): break
    default: Issue.record("\(unknown)")
    }
    expect(try await ask("http://localhost:1/"), .failed(.refused))
  }

  @Test("a server that says nothing, or takes no connection, or never ends its answer, is given up in time")
  func hanging() async throws {
    let address = LoopbackPort.ownAddress()
    let descriptor = try ProbeServers.listenOnly(address, port: 8080)
    defer { close(descriptor) }
    let full = try ProbeServers.listenOnly(address, port: 8081, backlog: 0)
    defer { close(full) }
    let start = ContinuousClock.now
    expect(try await ask("http://\(address):8080/", timeout: .milliseconds(300)), .failed(.noAnswerInTime))
    expect(try await ask("https://\(address):8080/", timeout: .milliseconds(300)), .failed(.noAnswerInTime))
    for _ in 0..<3 {
      expect(try await ask("http://\(address):8081/", timeout: .milliseconds(300)), .failed(.noAnswerInTime))
    }
    #expect(ContinuousClock.now - start < .seconds(5))
    try await ProbeServers.nginx("location / { root FOLDER; limit_rate 1; }") { url, folder in
      try String(repeating: "A", count: 3000).write(toFile: folder + "/drip")
      expect(try await ask(url + "/drip", timeout: .milliseconds(500)), .failed(.noAnswerInTime))
    }
  }

  @Test("a body is read to a bound only, and one that breaks off is no answer")
  func body() async throws {
    let locations = "location = /long { root FOLDER; limit_rate 4m; } location /cut { return 444; }"
    try await ProbeServers.nginx(locations) { url, folder in
      try String(repeating: "A", count: 100_000_000).write(toFile: folder + "/long")
      expectGood(try await ask(url + "/long"))
      guard case .failed(.broken) = try await ask(url + "/cut") else {
        Issue.record("a connection that is closed is no answer")
        return
      }
    }
  }

  @Test("a connection that is reset, or an answer that is cut short or no HTTP, is broken")
  func broken() async throws {
    let address = LoopbackPort.ownAddress()
    for (port, answer) in [
      (8080, ""), (8081, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"), (8082, "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    ] {
      let server = try RudeServer(address, port: UInt16(port), answer: answer)
      let outcome = try await ask("http://\(address):\(port)/")
      server.stop()
      guard case .failed(.broken) = outcome else {
        Issue.record("\(answer): \(outcome)")
        continue
      }
    }
    let server = try RudeServer(address, port: 8083, answer: "")
    let outcome = try await ask("https://\(address):8083/")
    server.stop()
    guard case .failed(.broken) = outcome else {
      Issue.record("TLS: \(outcome)")
      return
    }
  }

  @Test("a time-out that comes late itself, or before the name is known, says nothing about the service")
  func verdict() {
    func outcome(_ isNamed: Bool, _ lateness: Int) -> ProbeOutcome {
      let error = HTTPProbeSender.verdict(isNamed: isNamed, lateness: .milliseconds(lateness), timeout: .seconds(2))
      return ProbeTrouble.outcome(of: error)
    }
    #expect(outcome(true, 5) == .failed(.noAnswerInTime))
    #expect(outcome(true, 200) == .failed(.noAnswerInTime))
    #expect(outcome(true, 201) == .unmeasured(.heldUp))
    #expect(outcome(false, 5) == .unmeasured(.nameService("not within 2 s")))
  }

  @Test("probes that hang hold up none of the others")
  func independence() async throws {
    let address = LoopbackPort.ownAddress()
    let descriptor = try ProbeServers.listenOnly(address, port: 8080, backlog: 128)
    defer { close(descriptor) }
    try await ProbeServers.nginx("location / { return 200; }") { url, _ in
      let silent = ProbeTarget(url: "http://\(address):8080/")
      let good = ProbeTarget(url: url)
      let sender = try HTTPProbeSender([silent, good])
      await withTaskGroup(of: (Bool, ProbeOutcome).self) { group in
        for _ in 0..<100 { group.addTask { (false, await sender.send(silent, timeout: .seconds(3))) } }
        for _ in 0..<100 { group.addTask { (true, await sender.send(good, timeout: .seconds(3))) } }
        for await (isGood, outcome) in group {
          #expect(isGood ? outcome.isGood : outcome == .failed(.noAnswerInTime))
        }
      }
    }
  }
}

extension ProbeOutcome {
  /// Whether the probe was answered as expected.
  fileprivate var isGood: Bool { if case .answered = self { true } else { false } }
}

extension String {
  fileprivate func write(toFile path: String) throws { try Data(utf8).write(to: URL(fileURLWithPath: path)) }
}
