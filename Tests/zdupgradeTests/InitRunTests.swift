import Axway
import Foundation
import TestDoubles
import Testing
import Upgrade

@Suite("zdupgrade init")
struct InitRunTests {
  /// The answers for one node, up to the load balancer.
  private static let node = [
    "/opt/Axway-7.5.3", "/opt/Axway-7.7/apigateway/", "axway", "a.example", "", "", "", "Gateway 1", "Gruppe Ä", "", "",
    "",
  ]
  private static let end = ["", ""]  // no probe; write it

  /// Runs `init` in `folder` with these answers, one a line, from a file.
  private static func initialize(
    _ answers: [String], in folder: String, _ more: [String] = []
  ) async throws -> Program.Result {
    try answers.map { $0 + "\n" }.joined().write(toFile: "\(folder)/answers", atomically: true, encoding: .utf8)
    return try await Program.run(
      "/bin/sh", ["-c", "exec \"$@\" < answers", "sh", "\(Program.folder)/zdupgrade", "init"] + more, directory: folder)
  }

  private static func schemaProblems(_ path: String) throws -> [String] {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let schema = try Data(contentsOf: root.appendingPathComponent("config/topology.schema.json"))
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    return SchemaCheck(root: try JSONFile.parse(schema, file: "schema")).problems(try JSONFile.parse(file, file: path))
  }

  @Test("the answers become a file that plan reads and the schema accepts; what is next is told")
  func whole() async throws {
    try await withTemporaryFolder { folder in
      let nodes =
        ["/opt/Axway-7.5.3", "/opt/Axway-7.7", "axway", "a.example", "", "", "", "Gateway-1", "G", "", "b.example"]
        + ["B", "root", "", "Gateway-2", "", "Gateway-3", "Other", "", "c.example", "", "", "yes", "", "", ""]
      let rest = ["http://b.example:1/h", "", "nginx", "/etc/nginx/servers.conf", "", "lb.example", "10.0.0.1:80", ""]
      let result = try await Self.initialize(nodes + rest + ["https://api.example.com/ping", "", "yes"], in: folder)
      #expect(result.code == 0 && result.output.isEmpty, "\(result.errors)")
      let path = "\(folder)/topology.json"
      #expect(try Self.schemaProblems(path) == [])
      let topology = try TopologyBuilder.topology(file: path)
      #expect(topology.nodes.map(\.name) == ["a.example", "B", "c.example"])
      #expect(topology.nodes.map(\.nodeManager) == [.admin, .node, .admin])
      #expect(topology.nodes.map(\.ssh.user) == ["axway", "root", "axway"])
      #expect(topology.nodes.map(\.loadBalancerServer) == ["10.0.0.1:80", "b.example", nil])
      #expect(
        topology.nodes.flatMap(\.instances).map(\.healthURL) == [
          "http://a.example:8080/healthcheck", "http://b.example:1/h", nil,
        ])
      #expect(topology.nodes.flatMap(\.instances).map(\.group) == ["G", "G", "Other"])
      #expect(topology.balancerDriver == "nginx" && topology.probes.map(\.url) == ["https://api.example.com/ping"])
      let shown = try String(contentsOfFile: path, encoding: .utf8)
      #expect(result.errors.contains(shown), "the file is shown before it is written")
      let next = "--config topology.json --old_install_dir /opt/Axway-7.5.3 --new_install_dir /opt/Axway-7.7"
      #expect(result.errors.contains("  zdupgrade check \(next)") && result.errors.contains("  zdupgrade plan \(next)"))
      let plan = try await Program.zdupgrade(
        ["plan", "--offline", "--no_cassandra"] + next.split(separator: " ").map(String.init), directory: folder)
      #expect(plan.code == 0, "\(plan.errors)")
    }
  }

  @Test(
    "each driver's own questions give what it needs, and it is checked as a whole",
    arguments: [
      ["none"], ["nginx", "/a", "/b", "", "", "a:80"], ["haproxy", "/run/h.sock", "10.0.0.9:9999", "", "", "be/a"],
      ["nginx-plus", "http://10.0.0.5:8080", "api", "", ""], ["healthchecklb", "1.5", "3", "2", ""],
      ["command", "/usr/local/bin/lb", "--x", "$(y)", ""],
      // Four checks of 5 s are too late for a shutdown delay of 10 s: all is asked again.
      ["healthchecklb", "5", "4", "2", "", "healthchecklb", "2", "4", "2", "10"],
    ])
  func drivers(answers: [String]) async throws {
    try await withTemporaryFolder { folder in
      let result = try await Self.initialize(Self.node + answers + Self.end, in: folder)
      #expect(result.code == 0, "\(result.errors)")
      let path = "\(folder)/topology.json"
      #expect(try Self.schemaProblems(path) == [])
      #expect(try TopologyBuilder.topology(file: path).balancerDriver == answers[0])
    }
  }

  @Test("a wrong answer is told at once and asked for again")
  func wrongAnswers() async throws {
    try await withTemporaryFolder { folder in
      let nodes =
        [
          "opt", "/o", "/o/apigateway", "/n", "-l", "a b", "x", "a/b", "a", "..", "a", "", "maybe", "no", "", "i", "",
          "g",
        ]
        + ["i", "g", "h", "", "", "a", "b", "a", "B", "", "yes", "", ""]
      let rest = [
        "ftp://{host}/", "none", "", "", "ngnix", "nginx", "etc", "/etc", "/etc", "", "", "", "u", "", "yes",
      ]
      let result = try await Self.initialize(nodes + rest, in: folder)
      for message in [
        "'opt' must be the absolute path", "'/o' is the old installation", "'-l' is no user's name",
        "'a b' is no user's name", "'a/b' is no host name", "'..': its name: cannot be the name of a log folder",
        "'maybe' is neither yes nor no", "an answer is needed", "'i' of 'g' was given already",
        "none of the nodes has an Admin Node Manager", "'a' is the host of a node already",
        "'a' is the name of a node already", "'ngnix' is none of them; did you mean 'nginx'?",
        "'etc' is not an absolute path", "'/etc' was given already", "'u' is no URL",
      ] { #expect(result.errors.contains("\n  \(message)"), "\(message): \(result.errors)") }
      #expect(result.code == 0)
      #expect(try TopologyBuilder.topology(file: "\(folder)/topology.json").nodes.map(\.name) == ["a", "B"])
    }
  }

  @Test("answers that end too early, at any question, write nothing, and the question is named")
  func end() async throws {
    try await withTemporaryFolder { folder in
      let all = Self.node + ["none"] + Self.end
      for count in all.indices {
        let result = try await Self.initialize(Array(all[..<count]), in: folder)
        #expect(result.code == 80, "\(count)")
        #expect(result.errors.contains("zdupgrade: the answers ended at the question '"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["answers"])
      }
      let latin = try await Program.run(
        "/bin/sh", ["-c", "printf '/opt/\\344\\n/opt/a\\001b\\n' | \"$0\" init", "\(Program.folder)/zdupgrade"],
        directory: folder)
      #expect(latin.code == 80 && latin.errors.contains("  it is not UTF-8 text\n"), "\(latin.errors)")
      #expect(latin.errors.contains("  it holds control characters\n") && !latin.errors.contains("\u{1}"))
      let endless = try await Program.run(
        "/bin/sh", ["-c", "head -c 100000 /dev/zero | \"$0\" init", "\(Program.folder)/zdupgrade"], directory: folder)
      #expect(endless.code == 80 && endless.errors.contains("it is longer than 4096 bytes"))
    }
  }

  @Test("a file that is there stays, unless --force is given; no writes nothing; - is standard output")
  func existing() async throws {
    try await withTemporaryFolder { folder in
      let answers = Self.node + ["none"] + Self.end
      try "mine".write(toFile: "\(folder)/t.json", atomically: true, encoding: .utf8)
      let refused = try await Self.initialize([], in: folder, ["--output", "t.json"])
      #expect(
        refused.code == 80 && refused.errors.hasPrefix("zdupgrade: --output: t.json: is there already; give another"))
      #expect(try String(contentsOfFile: "\(folder)/t.json", encoding: .utf8) == "mine")
      let no = try await Self.initialize(answers.dropLast() + ["no"], in: folder, ["--output", "t.json", "--force"])
      #expect(no.code == 80 && no.errors.contains("nothing was written"))
      #expect(try String(contentsOfFile: "\(folder)/t.json", encoding: .utf8) == "mine")
      let forced = try await Self.initialize(answers, in: folder, ["--output", "t.json", "--force"])
      #expect(forced.code == 0 && forced.errors.contains("--config t.json"), "\(forced.errors)")
      let printed = try await Self.initialize(answers, in: folder, ["--output", "-"])
      #expect(printed.output == (try String(contentsOfFile: "\(folder)/t.json", encoding: .utf8)))
      #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder)) == ["answers", "t.json"])
    }
  }

  @Test("on a terminal it asks and writes; Ctrl-C in it writes nothing")
  func terminal() async throws {
    try await withTemporaryFolder { folder in
      let ask = "while ! grep -q \"$0\" shown 2>/dev/null; do sleep 0.05; done; printf \"$1\""
      let all = (Self.node + ["none"] + Self.end).map { $0.isEmpty ? "\\n" : "\($0)\\n" }.joined()
      for (answers, code) in [(all, "0"), ("/o\\n\\003", "130")] {
        try? FileManager.default.removeItem(atPath: "\(folder)/shown")
        let line =
          "sh -c '\(ask)' 'Old installation' '\(answers)' | script -qefc \"'\(Program.folder)/zdupgrade' init; echo code \\$?\" shown"
        let result = try await Program.run(
          "/bin/sh", ["-c", line], environment: ["SHELL": "/bin/sh"], directory: folder)
        #expect(result.output.contains("Old installation on the nodes"), "\(result.output)")
        if code == "130" {
          #expect(!result.output.contains("code 0") && !result.output.contains("Host of node 1"))
          #expect(!FileManager.default.fileExists(atPath: "\(folder)/topology.json"))
        } else {
          #expect(result.output.contains("code \(code)"), "\(result.output)")
          #expect(try TopologyBuilder.topology(file: "\(folder)/topology.json").nodes.map(\.host) == ["a.example"])
          try FileManager.default.removeItem(atPath: "\(folder)/topology.json")
        }
      }
    }
  }
}
