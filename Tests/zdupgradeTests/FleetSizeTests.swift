import Foundation
import Testing

@Suite("zdupgrade and the size of a fleet, as a process")
struct FleetSizeTests {
  /// Runs `zdupgrade` where this process may have `files` open at most.
  private static func zdupgrade(_ files: Int, _ arguments: [String], in folder: String) async throws -> Program.Result {
    try await Program.run(
      "/bin/sh", ["-c", "ulimit -n \(files) && exec \"$0\" \"$@\"", "\(Program.folder)/zdupgrade"] + arguments,
      environment: ["ZDU_PASSWORD": "x", "ZDU_DOMAIN_PASSPHRASE": "x"], directory: folder)
  }

  private static func topology(_ nodes: Int, in folder: String) throws -> String {
    let list = (0..<nodes).map { index in
      let instances = #"[{"name":"i\#(index)","group":"G"}]"#
      return #"{"name":"N\#(index)","host":"n\#(index)","nodeManager":"admin","instances":\#(instances)}"#
    }
    let file = "\(folder)/topology.json"
    try #"{"nodes":[\#(list.joined(separator: ","))]}"#.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  private static let rest = ["--old_install_dir", "/o", "--new_install_dir", "/n", "--no_cassandra"]

  @Test(
    "a fleet for which too few files can be open is refused with what to run, before anything is connected to or made",
    arguments: [["run"], ["plan"], ["locks"]])
  func tooFewFiles(command: [String]) async throws {
    try await withTemporaryFolder { folder in
      let file = try Self.topology(300, in: folder)
      let options = command == ["locks"] ? [] : Self.rest
      let result = try await Self.zdupgrade(1024, command + ["--config", file] + options, in: folder)
      #expect(result.code == 80)
      #expect(
        result.errors.hasPrefix("zdupgrade: 300 nodes: up to 1") && result.errors.contains("may have 1024"),
        "\(result.errors)")
      #expect(result.errors.contains("raise the hard limit: 'ulimit -n 1"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["topology.json"])
    }
  }

  @Test("an offline plan needs no files; it says what --forks is where not all nodes fit, and gives way to the option")
  func offline() async throws {
    try await withTemporaryFolder { folder in
      let file = try Self.topology(300, in: folder)
      let arguments = ["plan", "--offline", "--config", file] + Self.rest
      let plan = try await Self.zdupgrade(1024, arguments, in: folder)
      #expect(plan.code == 0, "\(plan.errors)")
      // Nothing is left for forks by the files, so it is one.
      #expect(plan.output.hasPrefix("# --forks is 1, by this machine's cores and the files that may be open\n"))
      #expect(plan.output.contains("# == 1. EXPORT on 300 nodes, 1 at a time\n"))
      #expect(plan.output.split(separator: "\n").count < 150)
      let given = try await Self.zdupgrade(1024, arguments + ["--forks", "100", "--all_nodes"], in: folder)
      #expect(given.output.contains("# == 1. EXPORT on 300 nodes, 100 at a time\n"))
      #expect(!given.output.contains("--forks is"))
      #expect(given.output.contains("# N299: APPLY: "))
    }
  }
}
