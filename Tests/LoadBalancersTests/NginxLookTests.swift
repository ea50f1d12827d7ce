import CommandHandlers
import FoundationEssentials
import Glibc
import Synchronization
import Testing
import Upgrade

@testable import LoadBalancers

@Suite("NginxLoadBalancer with many nodes", .serialized)
struct NginxLookTests {
  /// Counts the commands that hold a text.
  private final class Count: Sendable {
    private let commands = Mutex<[String]>([])
    var handler: Interloper { Interloper { command in self.commands.withLock { $0.append(command) } } }
    func of(_ text: String) -> Int { commands.withLock { $0.count { $0.contains(text) } } }
    var all: Int { commands.withLock { $0.count } }
  }

  private func each(_ change: @escaping @Sendable (Node) async throws -> Void, _ nodes: [Node]) async -> [Failure?] {
    await nodes.concurrentMap { node -> Failure? in
      do { try await change(node) } catch { return Failure.from(error, as: .balancer) }
      return nil
    }
  }

  @Test("how many nodes stand is seen by one command, and one node that is not there spoils no other's answer")
  func oneLook() async throws {
    try await NginxBench.with { bench in
      try bench.writeInclude(
        bench.servers.map { "server \($0);\n" }.joined() + (1...60).map { "server 10.0.0.\($0):80 down;\n" }.joined())
      let count = Count()
      let driver = try bench.driver(through: count.handler)
      let others = (1...61).map { Node(name: "N\($0)", host: "n", groups: [], loadBalancerServer: "10.0.0.\($0):80") }
      let answers = await driver.standings(of: bench.nodes + others)
      #expect(answers[..<2] == [.success(.enabled), .success(.enabled)])
      #expect(answers[2..<62].allSatisfy { $0 == .success(.disabled) })
      guard case .failure(let failure) = answers[62] else {
        Issue.record("a stranger stands")
        return
      }
      #expect(failure.message.contains("no server line for '10.0.0.61:80'"))
      #expect(count.all == 1)
    }
  }

  @Test("what is to be changed for several nodes at the same time takes one reload for all who wait")
  func oneReload() async throws {
    try await NginxBench.with { bench in
      let nodes = (0..<20).map { Node(name: "N\($0)", host: "n", groups: [], loadBalancerServer: "10.0.0.\($0):80") }
      let lines = try bench.readInclude() + nodes.map { "server \($0.loadBalancerServer ?? "");\n" }.joined()
      try bench.writeInclude(lines)
      let count = Count()
      let driver = try bench.driver(through: count.handler)
      #expect(await each(driver.disable, nodes).allSatisfy { $0 == nil })
      #expect(try bench.readInclude().split(separator: "\n").count { $0.hasSuffix(" down;") } == 20)
      // The first one's, and one for all who came while that was under way.
      #expect((1...3).contains(count.of("kill -HUP")), "\(count.of("kill -HUP")) reloads")
      for node in nodes {
        #expect(try await eventually { try await driver.isDrained(node) == .drained })
      }
      #expect(await each(driver.enable, nodes).allSatisfy { $0 == nil })
      #expect(try bench.readInclude() == lines)
      #expect(try bench.strayFiles().isEmpty)
    }
  }

  @Test("a node that cannot be taken out does not keep those from it that are to be at the same time")
  func oneStranger() async throws {
    try await NginxBench.with { bench in
      let count = Count()
      let driver = try bench.driver(through: count.handler)
      let strangers = (0..<4).map { Node(name: "X\($0)", host: "x", groups: [], loadBalancerServer: "10.9.9.\($0):80") }
      let failures = await each(
        driver.disable,
        strangers + [bench.nodes[0]]
          + strangers.map { stranger in
            Node(name: stranger.name + "'", host: "x", groups: [], loadBalancerServer: stranger.loadBalancerServer)
          })
      #expect(failures.enumerated().allSatisfy { ($0.element == nil) == ($0.offset == 4) })
      #expect(try await answering(bench.url) == ["B"])
    }
  }

  @Test("requests that are in flight keep just the nodes draining that were taken out together with their node")
  func drainedTogether() async throws {
    try await NginxBench.with { bench in
      let driver = try bench.driver()
      let release = try await heldRequests(bench.url)
      #expect(await each(driver.disable, bench.nodes).allSatisfy { $0 == nil })
      for node in bench.nodes {
        guard case .draining = try await driver.isDrained(node) else {
          Issue.record("\(node.name) is called drained")
          continue
        }
      }
      try await release()
      for node in bench.nodes { #expect(try await eventually { try await driver.isDrained(node) == .drained }) }
      #expect(await each(driver.enable, bench.nodes).allSatisfy { $0 == nil })
      #expect(try await answering(bench.url) == ["A", "B"])
    }
  }

  @Test("the kernel's list of children gives the workers that a look at all processes gives")
  func children() async throws {
    try await NginxBench.with { bench in
      let shell = BalancerShell(handler: LocalCommandHandler(), node: "")
      func lines(_ script: String) async throws -> [String] {
        let answer = try await shell.run(script, [bench.balancer.pidFile, "boot"])
        #expect(answer.exit == .code(0))
        return answer.text.split(separator: "\n").map(String.init).sorted()
      }
      let slow = NginxScripts.processes.replacing("/children", with: "/no-such-list")
      #expect(slow != NginxScripts.processes)
      let found = try await lines(NginxScripts.processes)
      #expect(found.count == 3)
      #expect(try await lines(slow) == found)
      // Old workers that finish what they have are there too.
      let release = try await heldRequests(bench.url)
      try await bench.driver().disable(bench.nodes[0])
      let ending = try await lines(NginxScripts.processes)
      #expect(ending.contains { $0.hasPrefix("ending ") })
      #expect(try await lines(slow) == ending)
      try await release()
    }
  }

  @Test("the check sum is the one that cksum prints", arguments: [0, 1, 3, 4, 255, 256, 65_536, 70_001])
  func checkSum(length: Int) async throws {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31 + $0 / 7) }
    let answer = try await BalancerShell(handler: LocalCommandHandler(), node: "").run("cksum", input: bytes)
    #expect(answer.text == CheckSum.posix(of: bytes) + "\n")
  }
}
