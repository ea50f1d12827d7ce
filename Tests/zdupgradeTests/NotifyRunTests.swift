import Foundation
import Lab
import Testing

@Suite("Notifications, as a process against the lab", .serialized)
struct NotifyRunTests {
  @Test("each is delivered in its order, to commands and URLs, and a target that is dead costs the run nothing")
  func delivered() async throws {
    try await LabRun.with(faults: ["Node-B:apply"]) { run in
      let file = run.lab.directory + "/told"
      let dead = run.lab.directory + "/urls"
      try "http://127.0.0.1:1/secret-token\n".write(toFile: dead, atomically: true, encoding: .utf8)
      let result = try await run.zdupgrade(
        "run",
        ["--notify_command", "cat >> '\(file)'; echo $ZDU_EVENT >> '\(file).kinds'", "--notify_url_file", dead])
      #expect(result.code == 73)
      let kinds = try String(contentsOfFile: file + ".kinds", encoding: .utf8).split(separator: "\n").map(String.init)
      #expect(kinds == ["started", "nodeFinished", "failed", "nodeTakenBack", "nodeTakenBack", "ended"])
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == kinds.count && lines.allSatisfy { $0.hasPrefix("{\"by\":") })
      #expect(
        result.errors.contains("--notify_url, number 1: a notification could not be delivered: there is no answer"))
      #expect(!(result.errors + result.output).contains("secret-token"))
    }
  }

  @Test(
    "a target that cannot be meant is refused before anything is done",
    arguments: [
      (["--notify_url", "chat"], "--notify_url: 'chat' is no URL like"),
      (["--notify_url", "https://a:b@chat/"], "--notify_url: holds a user or password"),
      (["--notify_url_file", "/no/such/file"], "--notify_url_file: /no/such/file: cannot be read"),
      (["--notify_command", ""], "--notify_command: is empty"),
    ])
  func refused(options: [String], message: String) async throws {
    try await LabRun.with(nodes: 1) { run in
      let result = try await run.zdupgrade("run", options)
      #expect(result.code == 80 && result.errors.contains(message), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: run.logs))
    }
  }
}
