import AsyncHTTPClient
import Hummingbird
import HummingbirdCore
import Logging
import Synchronization
import Testing

@testable import Lab

@Suite("Traffic")
struct TrafficTests {
  @Test("every request is counted once: what the server saw is what the client reports, failures included")
  func counting() async throws {
    let seen = Counts()
    let address = LoopbackPort.ownAddress()
    let port = try LoopbackPort.free(at: address)
    let (listening, isListening) = AsyncStream.makeStream(of: Void.self)
    let server = Server(
      childChannelSetup: HTTP1Channel { request, writer, _ in
        let response = respond(seen.next())
        try await writer.write(response: response.head, body: response.body)
      },
      configuration: ServerConfiguration(address: .hostname(address, port: port)),
      onServerRunning: { _ in isListening.finish() }, eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      logger: Logger(label: "test"))
    let serving = Task { try await server.run() }
    for await _ in listening {}
    let client = TrafficClient(url: "http://\(address):\(port)/", rate: 200, timeout: .seconds(60))
    await client.begin()
    #expect(await eventually { await client.report.total >= 200 })
    let report = await client.stop()
    try await server.shutdownGracefully()
    try await serving.value
    let total = seen.total
    #expect(report.total == total)
    let bad = (1...total).filter { $0.isMultiple(of: 7) }.count
    let odd = (1...total).filter { !$0.isMultiple(of: 7) && $0.isMultiple(of: 11) }.count
    #expect(report.failed == bad + odd)
    #expect(report.failures.filter { $0.reason == "status 502" }.count == bad)
    #expect(report.answers.values.reduce(0, +) == total - bad - odd)
    #expect(Set(report.answers.keys) == ["1 n0", "1 n1"])
    #expect(await client.stop() == report, "nothing is sent after the stop")
  }

  @Test("a server that is not there fails every request, and the client keeps its pace")
  func refused() async throws {
    let address = LoopbackPort.ownAddress()
    let client = TrafficClient(url: "http://\(address):\(try LoopbackPort.free(at: address))/", rate: 100)
    await client.begin()
    #expect(await eventually { await client.report.total >= 30 })
    let report = await client.stop()
    #expect(report.failed == report.total && report.answers.isEmpty)
    #expect(report.failures.allSatisfy { !$0.reason.isEmpty })
  }

  @Test("requests of a burst are sent at the same time, and the rate stays what it is")
  func bursts() async throws {
    let address = LoopbackPort.ownAddress()
    let url = "http://\(address):\(try LoopbackPort.free(at: address))/"
    let client = TrafficClient(url: url, rate: 5, burst: 10)
    let start = ContinuousClock.now
    await client.begin()
    #expect(await eventually { await client.report.total >= 20 })
    #expect(
      (.seconds(2)..<(.milliseconds(3600))).contains(ContinuousClock.now - start),
      "the 20th of singles is sent after 3.8 s")
    _ = await client.stop()
  }

  @Test("the longest gap is the longest time without a good answer, the interruption from first to last failure")
  func gaps() {
    var report = TrafficReport()
    func good(_ sent: Int, _ ended: Int) {
      let identity = InstanceIdentity(version: "1", node: "n", instance: "i", group: "g")
      report.add(
        TrafficOutcome(sent: .milliseconds(sent), ended: .milliseconds(ended), result: .success(identity)))
    }
    func bad(_ sent: Int, _ ended: Int) {
      report.add(
        TrafficOutcome(
          sent: .milliseconds(sent), ended: .milliseconds(ended), result: .failure(TrafficFault(reason: "no"))))
    }
    good(0, 10)
    good(10, 20)
    #expect(report.interruption == nil)
    #expect(report.longestGap == .milliseconds(10))
    bad(30, 35)
    #expect(report.interruption == .milliseconds(5), "so far")
    good(32, 40)
    bad(100, 130)
    good(120, 140)
    good(140, 145)
    good(150, 155)
    #expect(report.longestGap == .milliseconds(100))
    #expect(
      report.interruption == .milliseconds(115), "from the first failure to the first good answer asked for later")
    #expect(report.total == 8 && report.failed == 2)
  }

  private func respond(_ number: Int) -> Response {
    if number.isMultiple(of: 7) { return Response(status: .badGateway) }
    if number.isMultiple(of: 11) { return text("not an instance") }
    return text(#"{"group":"g","instance":"i","node":"n\#(number % 2)","version":"1"}"#)
  }

  private func text(_ text: String) -> Response {
    Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  private final class Counts: Sendable {
    private let value = Mutex(0)
    var total: Int { value.withLock { $0 } }
    func next() -> Int {
      value.withLock {
        $0 += 1
        return $0
      }
    }
  }
}
