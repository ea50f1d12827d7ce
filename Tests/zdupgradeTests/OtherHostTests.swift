import Foundation
import Lab
import Testing

@Suite("A run whose control node is gone, gone on with from another one", .serialized)
struct OtherHostTests {
  /// What the other machine has: the run's folder, the topology and the secrets, in places of its own.
  private struct OtherHost {
    let folder: String

    /// Takes over what `run` has: the records and the topology do not stay where they were. The lab itself needs the
    /// secrets, so those are copied.
    init(_ run: LabRun, beginning: String) throws {
      folder = "\(run.lab.directory)/elsewhere"
      let files = FileManager.default
      try files.createDirectory(atPath: "\(folder)/home", withIntermediateDirectories: true)
      try files.moveItem(atPath: run.logs, toPath: "\(folder)/records")
      try files.moveItem(atPath: run.lab.topologyFile, toPath: "\(folder)/domain.json")
      try files.copyItem(atPath: run.lab.passwordFile, toPath: "\(folder)/password")
      try files.copyItem(atPath: run.lab.domainPassphraseFile, toPath: "\(folder)/passphrase")
      try files.removeItem(atPath: beginning)
    }

    /// Runs `zdupgrade COMMAND` under another host name, in another folder and with another home.
    func zdupgrade(_ command: String, _ more: String...) async throws -> Program.Result {
      try await Program.run(
        "/usr/bin/unshare",
        [
          "--uts", "/bin/sh", "-c", "hostname standby && exec \"$0\" \"$@\"", "\(Program.folder)/zdupgrade", command,
          "--log_dir", "records", "--config", "domain.json",
        ] + more, environment: ["HOME": "\(folder)/home"], directory: folder)
    }

    func resume() async throws -> Program.Result {
      try await zdupgrade("resume", "--password_file", "password", "--domain_passphrase_file", "passphrase")
    }
  }

  private static func home(_ run: LabRun, _ node: String) -> String {
    "\(run.lab.directory)/nodes/\(node)/home/.zdupgrade"
  }

  /// Lets two minutes pass for the locks: their last signs of life are as old.
  private static func age(_ run: LabRun) throws {
    for node in run.lab.description.nodes {
      let folder = home(run, node.name)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("beat.") {
        let then = Int(Date().timeIntervalSince1970) - 120
        try "\(then)\n".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      }
    }
  }

  @Test(
    "killed in mid-apply, it is refused while its process may live; then it is gone on with, and nothing is done twice",
    .enabled(if: geteuid() == 0 && access("/usr/bin/unshare", X_OK) == 0, "a host name of its own takes root"))
  func takenOver() async throws {
    try await LabRun.with(faults: ["Node-B:apply:slow:3"]) { run in
      let beginning = "\(run.lab.directory)/beginning"
      try FileManager.default.createDirectory(atPath: beginning, withIntermediateDirectories: true)
      let arguments = run.arguments("run", LabGuide.acceptedDowntime(for: run.lab))
      async let running = Program.zdupgrade(arguments, directory: beginning)
      let pid = try await run.process(
        with: ["{\"event\":{\"commandStarted\"", "\"node\":\"Node-B\"", "sysupgrade apply"]
      ).pid
      #expect(kill(pid, SIGKILL) == 0)
      #expect(try await running.code == -1)
      let other = try OtherHost(run, beginning: beginning)

      let host = ProcessInfo.processInfo.hostName
      let status = try await other.zdupgrade("status")
      #expect(status.code == 0 && status.output.contains("not known here, as it ran on \(host)"), "\(status.errors)")
      let early = try await other.resume()
      #expect(
        early.code == 80 && early.errors.contains("this very run seems to be alive on \(host)"), "\(early.errors)")
      #expect(early.errors.contains("its locks can be taken over 60 s after its last sign of life"))

      try Self.age(run)
      let result = try await other.resume()
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(result.output.hasPrefix("Summary table (Status.SUCCESS):"))
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      let logs = "\(other.folder)/records/Node-B"
      let names = try FileManager.default.contentsOfDirectory(atPath: logs)
      let log = try names.map { try String(contentsOfFile: "\(logs)/\($0)", encoding: .utf8) }.joined()
      #expect(log.ranges(of: "sysupgrade apply").count == 1, "what ran on the node was followed, not begun again")
      for node in run.lab.description.nodes {
        #expect(!FileManager.default.fileExists(atPath: Self.home(run, node.name)))
      }
    }
  }
}
