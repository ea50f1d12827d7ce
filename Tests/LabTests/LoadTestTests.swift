import Axway
import FoundationEssentials
import Glibc
import Synchronization
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("The load test") struct LoadTestTests {
    /// Runs a load test of 3 nodes with the shell script `script` in the place of `zdupgrade`; in it, `$lab` is the lab's
    /// folder.
    private func loadTest(_ script: String, _ kind: LoadTestOptions.Case) async throws -> (code: Int32, lines: [String])
    {
      let lines = Mutex<[String]>([])
      let add: @Sendable (String) -> Void = { line in lines.withLock { $0.append(line) } }
      var code: Int32 = -1
      try await withFolderOfItsOwn { folder in
        let path = "\(folder)/zdupgrade"
        try TextFile.write("#!/bin/sh\nlab=${3%/topology.json}\n\(script)\n", to: path, mode: 0o700)
        var options = LoadTestOptions(zdupgrade: path, program: BuiltProgram.zdulab)
        (options.balancers, options.nodes, options.cases) = ([.nginx], [3], [kind])
        (options.load.connections, options.load.rate) = (40, 60)
        code = try await LoadTest(options, say: add, tell: add).run()
      }
      return (code, lines.withLock { $0 })
    }

    /// The folder that a failed load test has kept; it is removed.
    private func logs(_ lines: [String]) throws -> String {
      let line = try #require(lines.first { $0.contains("the logs are in ") })
      let logs = String(line.split(separator: " ").last ?? "")
      defer { try? FileManager.default.removeItem(atPath: logs) }
      return try #require(TextFile.read("\(logs)/zdupgrade.out"))
    }

    @Test("it is good only with the exit code and the versions that the case must end with")
    func verdict() async throws {
      let rollback = try await loadTest("exit \(Phase.apply.failure.code)", .rollback)
      #expect(rollback.code == 0, "\(rollback.lines)")
      #expect(rollback.lines.contains { $0.contains("nginx     3      rollback  73    ") }, "\(rollback.lines)")
      let wrongCode = try await loadTest("echo words; exit 7", .rollback)
      #expect(wrongCode.code == 1)
      #expect(wrongCode.lines.contains("load test: zdupgrade ended with 7, not with 73"))
      #expect(try logs(wrongCode.lines) == "words\n")
      let wrongVersion = try await loadTest("exit 0", .success)
      #expect(wrongVersion.code == 1)
      #expect(wrongVersion.lines.contains("load test: the wrong version at the end on Node-A, Node-B, Node-C"))
      #expect(try logs(wrongVersion.lines) == "")
    }

    @Test("an upgrade that loses requests is not good, however it ends, and each loss is told")
    func losses() async throws {
      let script = """
        "$lab/nodes/Node-A/old/apigateway/posix/bin/nodemanager" -s
        kill -9 $(cut -d' ' -f1 "$lab/nodes/Node-A/old/apigateway/run/Gateway Group%2FGateway-1.pid")
        "$lab/nodes/Node-A/old/apigateway/posix/bin/startinstance" -n Gateway-1 -g "Gateway Group" -d
        exit 73
        """
      let (code, lines) = try await loadTest(script, .rollback)
      #expect(code == 1)
      #expect(
        lines.contains { $0.contains("load test:   Gateway Group: ") && $0.contains("(served by Node-A old ") },
        "\(lines)")
      _ = try logs(lines)
    }

    @Test(
      "one that is told to stop ends zdupgrade, the load and the lab, and keeps no logs", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) async throws {
      try await withFolderOfItsOwn { folder in
        let script = "#!/bin/sh\necho $$ >'\(folder)/pid'\nexec sleep 1000\n"
        try TextFile.write(script, to: "\(folder)/zdupgrade", mode: 0o700)
        try TextFile.makeFolder("\(folder)/tmp")
        let run = Task {
          try await BuiltProgram.run(
            "/bin/sh",
            [
              "-c", "echo $$ >\"$0/own\"; exec \"$1\" load-test --zdupgrade \"$0/zdupgrade\" --balancer nginx", folder,
              BuiltProgram.zdulab,
            ], variables: ["TMPDIR": "\(folder)/tmp"])
        }
        #expect(await eventually(within: .seconds(30)) { TextFile.read("\(folder)/pid")?.hasSuffix("\n") == true })
        let own = try #require(TextFile.read("\(folder)/own").flatMap { Int32($0.dropLast()) })
        let sleep = try #require(TextFile.read("\(folder)/pid").flatMap { Int32($0.dropLast()) })
        kill(own, signal)
        let result = try await run.value
        #expect(result.code == 128 + signal, "\(result.errors)")
        #expect(ProcessFacts(sleep)?.isRunning != true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tmp") == [])
        #expect(!LabProcesses.directories.contains { $0.hasPrefix(folder) })
      }
    }
  }
}
