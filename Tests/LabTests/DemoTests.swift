import FoundationEssentials
import Glibc
import Synchronization
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("The demo") struct DemoTests {
    /// What a demo printed.
    private final class Printed: Sendable {
      private let lines = Mutex<[String]>([])
      var text: String { lines.withLock { $0.joined(separator: "\n") } }
      func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    /// Runs a demo with the shell script `script` in the place of `zdupgrade`; in it, `$lab` is the lab's folder.
    private func demo(
      _ script: String, rate: Int = 200, isKeepingLogs: Bool = false
    ) async throws -> (code: Int32, text: String) {
      let printed = Printed()
      var code: Int32 = -1
      try await withFolderOfItsOwn { folder in
        let path = "\(folder)/zdupgrade"
        try TextFile.write("#!/bin/sh\nlab=${3%/topology.json}\n\(script)\n", to: path, mode: 0o700)
        var lab = LabOptions(program: BuiltProgram.zdulab)
        lab.directory = "\(folder)/lab"
        var options = DemoOptions(.axway(lab), zdupgrade: path)
        options.rate = rate
        options.isKeepingLogs = isKeepingLogs
        code = try await Demo(options) { printed.add($0) }.run()
        #expect(!TextFile.exists("\(folder)/lab"))
        #expect(LabProcesses(directory: "\(folder)/lab").running.isEmpty)
      }
      return (code, printed.text)
    }

    @Test("it gives zdupgrade's own code, and sends at least 500 requests of which none fails")
    func passesTheCode() async throws {
      let (code, text) = try await demo("exit 71")
      #expect(code == 71)
      #expect(text.contains("zdupgrade ended with Status.UPGRADE_FAILED (71)\n"))
      #expect(text.contains("Node-A  Gateway-1         7.5.3   7.5.3\n"))
      let words = text.split(separator: "\n").first { $0.hasSuffix(" requests, 0 failed") }?.split(separator: " ")
      #expect((words?.first.flatMap { Int($0) } ?? 0) >= 500, "\(text)")
      #expect(text.contains("GatewayManager Group has one instance: it answered all "))
    }

    @Test(
      "a blue-green demo counts documents and requests, and is not content when an upgrade that ended well left some out",
      arguments: [(0, 1), (85, 85)])
    func blueGreen(exitCode: Int32, expected: Int32) async throws {
      let printed = Printed()
      try await withFolderOfItsOwn { folder in
        let path = "\(folder)/zdupgrade"
        let text = "#!/bin/sh\ncase \"$*\" in 'bluegreen run --config '*' --yes'*) exit \(exitCode);; esac\nexit 9\n"
        try TextFile.write(text, to: path, mode: 0o700)
        var stage = BlueGreenOptions(program: BuiltProgram.zdulab)
        (stage.directory, stage.documents) = ("\(folder)/stage", 100)
        var options = DemoOptions(.blueGreen(stage), zdupgrade: path)
        options.rate = 200
        #expect(try await Demo(options) { printed.add($0) }.run() == expected, "\(printed.text)")
        #expect(!TextFile.exists("\(folder)/stage"))
        #expect(LabProcesses(directory: "\(folder)/stage").running.isEmpty)
      }
      let text = printed.text
      let isComplaining = text.contains("NOT AS IT MUST BE: the new datastore is not complete")
      #expect(isComplaining == (exitCode == 0), "\(text)")
      #expect(text.contains("missing in the new one: 40 core, ") && text.contains("Old-1    10.15    yes"), "\(text)")
      let answered = text.split(separator: "\n").first { $0.hasPrefix("requests answered: ") }?.split(separator: " ")
        .last
      #expect(text.contains("transactions counted: \(answered ?? "none") ("), "\(text)")
    }

    @Test("requests that fail are counted and listed, and the code is 1; a single instance's interruption is told")
    func failures() async throws {
      // Both instances of the group are gone for a while, so that NGINX has none to turn to; then the third one, for
      // several requests of its probe: a start right behind the stop can fall between two of them.
      let script = """
        for node in Node-A:Gateway-1 Node-B:Gateway-2; do
          "$lab/nodes/${node%:*}/old/apigateway/posix/bin/startinstance" -n "${node#*:}" -g "Gateway Group" -k >&2
        done
        m="$lab/nodes/Node-C/old/apigateway/posix/bin/startinstance"
        "$m" -n GatewayManager-1 -g "GatewayManager Group" -k >&2
        sleep 0.5
        "$m" -n GatewayManager-1 -g "GatewayManager Group" -d >&2
        """
      let (code, text) = try await demo(script)
      #expect(code == 1)
      #expect(text.contains("Node-A  Gateway-1         7.5.3   no answer\n"), "\(text)")
      #expect(text.contains("Node-C  GatewayManager-1  7.5.3   7.5.3\n"))
      #expect(!text.contains("requests, 0 failed") && text.contains("ms: status 502"))
      #expect(text.contains("GatewayManager Group has one instance: it did not answer for "))
    }

    @Test("zdupgrade gets secrets by files only, and its logs are kept when that is wished")
    func arguments() async throws {
      let script = """
        case "$*" in *changeme*|*Passphrase*) exit 9;; esac
        while [ $# -gt 1 ]; do case $1 in --password_file|--domain_passphrase_file) test -s "$2" || exit 8;;
          --log_dir) logs=$2;; esac; shift; done
        echo kept >"$logs/file" || exit 7
        """
      let (code, text) = try await demo(script, isKeepingLogs: true)
      #expect(code == 0, "\(text)")
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("logs: ") })
      let logs = String(line.dropFirst("logs: ".count))
      #expect(TextFile.read("\(logs)/file") == "kept\n")
      try FileManager.default.removeItem(atPath: logs)
    }

    @Test("a demo that is told to stop ends zdupgrade and the lab", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) async throws {
      try await withFolderOfItsOwn { folder in
        let child = "\(folder)/zdupgrade"
        try TextFile.write("#!/bin/sh\necho $$ >'\(folder)/pid'\nexec sleep 1000\n", to: child, mode: 0o700)
        let run = Task {
          try await BuiltProgram.run(
            "/bin/sh",
            ["-c", "echo $$ >\"$0/demo\"; exec \"$1\" demo --zdupgrade \"$0/zdupgrade\" --dir \"$0/lab\"", folder]
              + [BuiltProgram.zdulab])
        }
        #expect(await eventually(within: .seconds(30)) { TextFile.read("\(folder)/pid")?.hasSuffix("\n") == true })
        let pid = try #require(TextFile.read("\(folder)/demo").flatMap { Int32($0.dropLast()) })
        let sleep = try #require(TextFile.read("\(folder)/pid").flatMap { Int32($0.dropLast()) })
        #expect(ProcessFacts(sleep)?.isRunning == true)
        kill(pid, signal)
        let result = try await run.value
        #expect(result.code == 128 + signal, "\(result.errors)")
        #expect(ProcessFacts(sleep)?.isRunning != true)
        #expect(LabProcesses(directory: "\(folder)/lab").running.isEmpty)
        #expect(!TextFile.exists("\(folder)/lab"))
      }
    }
  }
}
