import Foundation
import Lab
import Testing

@Suite("The report on a run, as a process against the lab", .serialized)
struct ReportRunTests {
  private static func report(_ run: LabRun, _ output: String) async throws -> Program.Result {
    try await Program.zdupgrade(["report", "--log_dir", run.logs, "--output", output])
  }

  @Test("has what failed, what was taken back and what not, and the commands; it is private, and no secret is in it")
  func failed() async throws {
    try await LabRun.with(faults: ["Node-B:apply"]) { run in
      let probe = run.url(of: "Gateway Group")
      #expect(try await run.zdupgrade("run", ["--probe", probe]).code == 73)
      let file = run.logs + "/a report.html"
      #expect(try await Self.report(run, file).code == 0)
      let page = try String(contentsOfFile: file, encoding: .utf8)
      for part in [
        "APPLY_FAILED (73)", "<td class=\"failed\">✗ FAILED (100)</td>", "Not undone by the rollback",
        "sysupgrade apply",
        "out of the load balancer: ", "<polyline class=\"median\"", "ERROR", "Node-B: APPLY",
      ] {
        #expect(page.contains(part), "\(part)")
      }
      for secret in [run.lab.passwordFile, run.lab.domainPassphraseFile] {
        let text = try String(contentsOfFile: secret, encoding: .utf8).trimmingCharacters(in: .newlines)
        #expect(!text.isEmpty && !page.contains(text))
      }
      var status = stat()
      #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
      #expect(try await Self.report(run, "-").output == page)
      try await Chromium.check(file, in: run.lab.directory)
    }
  }

  @Test("where it cannot be written, that is said, and what was there before stays")
  func unwritable() async throws {
    try await LabRun.with(nodes: 1) { run in
      #expect(try await run.zdupgrade().code == 0)
      let nowhere = run.lab.directory + "/no/report.html"
      let refused = try await Self.report(run, nowhere)
      #expect(refused.code == 80)
      #expect(refused.errors.contains("\(nowhere): cannot be made: no such file or directory; give a file in a folder"))
      let folder = run.lab.directory + "/folder"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      #expect(try await Self.report(run, folder).errors.contains("\(folder): cannot be written: is a directory"))
      let left = try FileManager.default.contentsOfDirectory(atPath: run.lab.directory)
      #expect(!left.contains { $0.hasSuffix(".part") })
      let unknown = try await Program.zdupgrade(["report", "2020", "--log_dir", run.logs, "--output", "-"])
      #expect(unknown.code == 80 && unknown.output.isEmpty)
    }
  }
}

/// A browser without a window.
private enum Chromium {
  /// Sees that the browser shows the page in `file` without a complaint, and asks nobody for anything.
  static func check(_ file: String, in folder: String) async throws {
    let program = "/usr/bin/chromium"
    guard FileManager.default.isExecutableFile(atPath: program) else {
      print("not checked in a browser: \(program) is missing, scripts/install-deps --tests installs it")
      return
    }
    let (profile, picture, requests) = (folder + "/browser", folder + "/report.png", folder + "/requests.json")
    let page = URL(fileURLWithPath: file).absoluteString
    let result = try await Program.run(
      program,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile)", "--enable-logging=stderr",
        "--log-net-log=\(requests)", "--window-size=1280,2000", "--screenshot=\(picture)", page,
      ])
    #expect(result.code == 0)
    #expect(!result.errors.contains("CONSOLE"), "\(result.errors)")
    #expect((FileManager.default.contents(atPath: picture)?.count ?? 0) > 20_000)
    // What the browser asks its maker is not the page's doing.
    let log = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: requests)))
    let events = (log as? [String: Any])?["events"] as? [[String: Any]] ?? []
    let asked = Set(events.compactMap { ($0["params"] as? [String: Any])?["url"] as? String })
    let own = ["google.com/", "googleapis.com/", "gvt1.com/", "chrome://"]
    #expect(asked.filter { url in !own.contains(where: url.contains) }.isEmpty, "\(asked)")
  }
}
