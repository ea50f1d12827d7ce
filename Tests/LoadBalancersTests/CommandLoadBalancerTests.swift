import FoundationEssentials
import Glibc
import LoadBalancers
import Synchronization
import Testing
import Upgrade

@Suite("CommandLoadBalancer")
struct CommandLoadBalancerTests {
  private let node = Node(
    name: "Node-Ä \"1\"", host: "node-a.lab", groups: ["Gateway Group", "G/2"], loadBalancerServer: "10.0.0.1:80")

  @Test("the program gets its arguments, the verb, and one JSON object; not yet is asked again")
  func contract() async throws {
    try await CommandBench.with { bench in
      let driver = try bench.driver()
      #expect(try await driver.standing(of: node) == .unknown)
      try await driver.disable(node)
      #expect(bench.isOff("10.0.0.1:80"))
      #expect(try await driver.standing(of: node) == .disabled)
      #expect(try await driver.isDrained(node) == .draining(inFlight: nil, "still 2 connections"))
      #expect(try await driver.isDrained(node) == .drained)
      try await driver.enable(node)
      #expect(!bench.isOff("10.0.0.1:80"))
      #expect(try await driver.standing(of: node) == .enabled)
      let input =
        #"{"groups":["Gateway Group","G/2"],"host":"node-a.lab","loadBalancerServer":"10.0.0.1:80","#
        + #""name":"Node-Ä \"1\""}"#
      let verbs = ["disable", "disable", "drained", "drained", "enable"]
      #expect(try bench.calls() == verbs.map { "--zone a b \($0) \(input)" })
    }
  }

  @Test("a node without a server is passed on as null, and the program decides")
  func nullServer() async throws {
    try await CommandBench.with { bench in
      let failure = await #expect(throws: Failure.self) {
        _ = try await bench.driver().isDrained(Node(name: "N", host: "h", groups: []))
      }
      #expect(failure?.kind == .balancer && failure?.exitCode == 3)
      #expect(failure?.evidence == ["no such server"])
      #expect(failure?.message == "'\(bench.path)' --zone 'a b' drained: exited with 3")
      let call = #"--zone a b drained {"groups":[],"host":"h","loadBalancerServer":null,"name":"N"}"#
      let calls = try bench.calls()
      #expect(calls == [call])
    }
  }

  @Test("what the program prints is handed on for its node, both streams")
  func output() async throws {
    try await CommandBench.with("#!/bin/sh\necho out\necho größe >&2\n") { bench in
      let printed = Mutex<[String]>([])
      try await bench.driver { node, piece in
        let text = String(decoding: piece.bytes, as: UTF8.self)
        printed.withLock { $0.append("\(node.name) \(piece.stream.rawValue) \(text)") }
      }.enable(node)
      #expect(printed.withLock { $0.sorted() } == ["\(node.name) stderr größe\n", "\(node.name) stdout out\n"])
    }
  }

  @Test("a failed disable is an error with what was printed, and enable is called to put it back")
  func failedDisable() async throws {
    let program =
      "#!/bin/sh\ncat >/dev/null; echo $1 >> \"$(dirname \"$0\")/calls\"; [ $1 = enable ] || { echo bad; exit 9; }\n"
    try await CommandBench.with(program) { bench in
      let driver = try bench.driver([bench.path])
      let failure = await #expect(throws: Failure.self) { try await driver.disable(node) }
      #expect(failure?.message == "'\(bench.path)' disable: exited with 9" && failure?.evidence == ["bad"])
      #expect(try bench.calls() == ["disable", "enable"])
      #expect(try await driver.standing(of: node) == .enabled)
    }
  }

  @Test("when enable fails after a failed disable, both are said and nothing is claimed about the node")
  func failedUndo() async throws {
    try await CommandBench.with("#!/bin/sh\necho \"bad $1\"; kill -TERM $$\n") { bench in
      let driver = try bench.driver([bench.path])
      let failure = await #expect(throws: Failure.self) { try await driver.disable(node) }
      #expect(
        failure?.message == "'\(bench.path)' disable: was ended by signal TERM; then '\(bench.path)' enable: "
          + "was ended by signal TERM")
      #expect(failure?.evidence == ["bad disable", "bad enable"])
      #expect(try await driver.standing(of: node) == .unknown)
    }
  }

  @Test("not yet for ever ends at the time-out, with what was said last")
  func neverDone() async throws {
    try await CommandBench.with("#!/bin/sh\n[ $1 = enable ] || { echo waiting; exit 75; }\n") { bench in
      let failure = await #expect(throws: Failure.self) {
        try await bench.driver([bench.path], timeout: 20).disable(node)
      }
      #expect(failure?.message == "'\(bench.path)' disable: still not done after 20 s: waiting")
      #expect(failure?.kind == .balancer && failure?.exitCode == 124)
    }
  }

  @Test("a program that hangs is ended at the time-out")
  func hangs() async throws {
    try await CommandBench.with("#!/bin/sh\necho up; sleep 300\n") { bench in
      let driver = try bench.driver([bench.path], timeout: 3, clock: ContinuousClock())
      let failure = await #expect(throws: Failure.self) { _ = try await driver.isDrained(node) }
      #expect(failure?.message == "'\(bench.path)' drained: did not end within 3 s")
      #expect(failure?.kind == .balancer && failure?.exitCode == 124 && failure?.evidence == ["up"])
    }
  }

  @Test("a program that cannot be executed is said so, not guessed from an exit code")
  func notExecutable() async throws {
    try await CommandBench.with { bench in
      chmod(bench.path, 0o644)
      for (program, reason) in [
        (bench.path, "is not an executable file"), (bench.directory, "is not an executable file"),
        ("/none/there", "is not an executable file"), ("zdu-no-such-program", "is not found in PATH"),
      ] {
        let driver = try bench.driver([program])
        for operation in [driver.disable, driver.enable] {
          let failure = await #expect(throws: Failure.self) { try await operation(node) }
          #expect(failure?.message == "the balancer's command \(program) \(reason)" && failure?.kind == .balancer)
        }
      }
    }
  }

  @Test("the program's own 126 and 127 are its exit codes; a name is looked up in PATH")
  func ownCodes() async throws {
    try await CommandBench.with("#!/bin/sh\nexit 127\n") { bench in
      let failure = await #expect(throws: Failure.self) { try await bench.driver([bench.path]).enable(node) }
      #expect(failure?.message == "'\(bench.path)' enable: exited with 127")
      try await bench.driver(["true"]).enable(node)
    }
  }
}
