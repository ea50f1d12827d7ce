import CommandHandlers
import FoundationEssentials
import Glibc
import Lab
import LoadBalancers
import Testing
import Upgrade

@Suite("NginxLoadBalancer when something is wrong", .serialized)
struct NginxFailureTests {
  @Test("a bad configuration elsewhere: nginx's words, the file as it was, and the same workers")
  func badConfiguration() async throws {
    try await NginxBench.with { bench in
      let (before, workers) = (try bench.readInclude(), bench.balancer.processes.sorted())
      try bench.writeExtra("nonsense on;")
      let failure = await #expect(throws: Failure.self) { try await bench.driver().disable(bench.nodes[0]) }
      #expect(failure?.kind == .balancer)
      #expect(failure?.message.hasSuffix("-t does not accept the configuration") == true)
      #expect(failure?.evidence.contains { $0.contains("unknown directive \"nonsense\"") } == true)
      #expect(try bench.readInclude() == before)
      #expect(bench.balancer.processes.sorted() == workers)
      #expect(try bench.strayFiles().isEmpty)
      #expect(try await answering(bench.url) == ["A", "B"])
    }
  }

  @Test("a configuration that passes the check and is refused by the master: the file as it was, a pointer to the log")
  func refusedByMaster() async throws {
    try await NginxBench.with { bench in
      let before = try bench.readInclude()
      // The check binds no port, the master finds it taken.
      try bench.writeExtra("server { listen \(bench.servers[0]); }")
      let driver = try bench.driver(reloadTimeout: .seconds(1))
      let failure = await #expect(throws: Failure.self) { try await driver.disable(bench.nodes[0]) }
      #expect(failure?.message == "nginx: no new worker processes within 1 s after the reload")
      #expect(failure?.remedy?.contains("error log") == true)
      #expect(try bench.readInclude() == before)
      #expect(try await answering(bench.url) == ["A", "B"])
      #expect(try await driver.standing(of: bench.nodes[0]) == .enabled)

      try FileManager.default.removeItem(atPath: bench.balancer.directory + "/extra.conf")
      try await bench.driver().disable(bench.nodes[0])
      #expect(try await answering(bench.url) == ["B"])
    }
  }

  @Test("a cancelled disable puts the file back")
  func cancelled() async throws {
    try await NginxBench.with { bench in
      let before = try bench.readInclude()
      try bench.writeExtra("server { listen \(bench.servers[0]); }")
      let driver = try bench.driver(reloadTimeout: .seconds(60))
      let task = Task { try await driver.disable(bench.nodes[0]) }
      #expect(try await eventually { try bench.readInclude() != before })
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try bench.readInclude() == before)
      #expect(try bench.strayFiles().isEmpty)
    }
  }

  @Test("a dead master: said so, nothing written, and the node stands as down", arguments: [true, false])
  func deadMaster(isKilled: Bool) async throws {
    try await NginxBench.with { bench in
      let before = try bench.readInclude()
      if isKilled {
        kill(try #require(bench.balancer.pid), SIGKILL)
        #expect(await eventually { bench.balancer.pid == nil })
      } else {
        await bench.balancer.stop()
      }
      let driver = try bench.driver()
      for change in [driver.disable, driver.enable] {
        let failure = await #expect(throws: Failure.self) { try await change(bench.nodes[0]) }
        #expect(failure?.kind == .balancer && failure?.message == "nginx: master is dead")
      }
      #expect(try bench.readInclude() == before)
      #expect(try await driver.standing(of: bench.nodes[0]) == .down)
    }
  }

  @Test("a pid file that names another process is a dead master, and that process gets no signal")
  func foreignProcess() async throws {
    try await NginxBench.with { bench in
      let pid = try #require(bench.balancer.pid)
      defer { kill(pid, SIGTERM) }
      try Data("\(getpid())\n".utf8).write(to: URL(fileURLWithPath: bench.balancer.pidFile))
      let failure = await #expect(throws: Failure.self) { try await bench.driver().disable(bench.nodes[0]) }
      #expect(failure?.message == "nginx: master is dead")
    }
  }

  @Test("an unknown server, or none: what is there is listed, and nothing is touched")
  func unknownServer() async throws {
    try await NginxBench.with { bench in
      let (before, workers) = (try bench.readInclude(), bench.balancer.processes.sorted())
      let driver = try bench.driver()
      let there = "there are \(bench.servers.joined(separator: ", "))"
      let near = Node(name: "X", host: "x", groups: [], loadBalancerServer: bench.servers[0] + "1")
      for operation in [driver.disable, driver.enable] {
        let failure = await #expect(throws: Failure.self) { try await operation(near) }
        #expect(
          failure?.message
            == "nginx: no server line for '\(bench.servers[0])1' in \(bench.include); \(there); did you mean "
            + "'\(bench.servers[0])'?")
      }
      let nameless = Node(name: "X", host: "x", groups: [])
      let failure = await #expect(throws: Failure.self) { _ = try await driver.standing(of: nameless) }
      #expect(
        failure?.message
          == "nginx: the node has no loadBalancerServer; of the server lines in \(bench.include) \(there)")
      await #expect(throws: Failure.self) { try await driver.isDrained(nameless) }
      #expect(try bench.readInclude() == before && bench.balancer.processes.sorted() == workers)
    }
  }

  @Test("asking whether an enabled node is drained is an error, not a yes")
  func notDisabled() async throws {
    try await NginxBench.with { bench in
      let failure = await #expect(throws: Failure.self) { _ = try await bench.driver().isDrained(bench.nodes[0]) }
      #expect(failure?.message == "nginx: the node is not disabled")
    }
  }

  @Test("a missing include file is named")
  func missingFile() async throws {
    try await NginxBench.with { bench in
      try FileManager.default.removeItem(atPath: bench.include)
      let failure = await #expect(throws: Failure.self) { try await bench.driver().disable(bench.nodes[0]) }
      #expect(failure?.message == "nginx: cannot read \(bench.include)")
      #expect(failure?.evidence.contains { $0.contains("No such file") } == true)
    }
  }

  @Test("a change by another program right before the rename is seen, and stays")
  func changedMeanwhile() async throws {
    try await NginxBench.with { bench in
      let theirs = try bench.readInclude() + "# theirs\n"
      let handler = Interloper { command in
        // Our own commit of the staged file is about to run.
        if command.contains("cksum") { try bench.writeInclude(theirs) }
      }
      let failure = await #expect(throws: Failure.self) {
        try await bench.driver(through: handler).disable(bench.nodes[0])
      }
      #expect(failure?.message == "nginx: \(bench.include) was changed by another program meanwhile")
      #expect(try bench.readInclude() == theirs)
      #expect(try bench.strayFiles().isEmpty)
    }
  }

  @Test("when the file cannot be put back either, the failure says so and what to do")
  func notPutBack() async throws {
    try await NginxBench.with { bench in
      try bench.writeExtra("nonsense on;")
      let handler = Interloper { command in
        if command.contains(" -t") { try bench.writeInclude("# theirs\n") }
      }
      let failure = await #expect(throws: Failure.self) {
        try await bench.driver(through: handler).disable(bench.nodes[0])
      }
      #expect(
        failure?.message.contains("does not accept the configuration; then \(bench.include) was not put back") == true)
      #expect(failure?.remedy == "put \(bench.include) right by hand, then reload")
      #expect(try bench.readInclude() == "# theirs\n")
    }
  }

  @Test("a host that cannot be reached is a failure of the balancer")
  func unreachable() async throws {
    try await NginxBench.with { bench in
      let handler = Interloper { _ in throw Failure(.unreachable, "connection refused") }
      let failure = await #expect(throws: Failure.self) {
        _ = try await bench.driver(through: handler).standing(of: bench.nodes[0])
      }
      #expect(failure?.kind == .balancer && failure?.message == "connection refused" && failure?.exitCode == 255)
    }
  }
}

/// Runs commands locally, and does something right before each.
struct Interloper: CommandHandler {
  let before: @Sendable (String) throws -> Void

  init(before: @escaping @Sendable (String) throws -> Void) { self.before = before }

  func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    try before(command.text)
    return try await LocalCommandHandler().run(command, on: node, timeout: timeout, output: output)
  }
}

extension NginxBench {
  /// What lies beside the include file and was not put there by nginx or the test.
  func strayFiles() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: balancer.directory).filter { $0.contains("zdupgrade") }
  }
}
