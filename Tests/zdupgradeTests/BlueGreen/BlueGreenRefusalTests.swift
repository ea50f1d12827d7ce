import Foundation
import Lab
import Testing

@Suite("What zdupgrade bluegreen refuses to begin", .serialized)
struct BlueGreenRefusalTests {
  /// Sees that `run` ends with 80 because of all `reasons`, and has no plan begun.
  private static func expectRefusal(_ stage: BlueGreenStage, _ reasons: String...) async throws {
    let result = try await stage.bluegreen("run", "--yes")
    #expect(result.code == 80 && result.output.isEmpty, "\(result.output)\n\(result.errors)")
    for reason in reasons { #expect(result.errors.contains(reason), "\(reason) is not in \(result.errors)") }
    if let journal = BlueGreenJournal(in: stage.logs) {
      #expect(!journal.entries.contains { $0.event == "runStarted" })
    }
  }

  @Test("what the gateways, the load balancer and the datastores say stands in the way, all of it at once")
  func preflight() async throws {
    try await BlueGreenStage.with { stage in
      let servers = "\(stage.lab.directory)/nginx/servers.conf"
      let before = try String(contentsOfFile: servers, encoding: .utf8)
      let new = try #require(stage.lab.description.new.first)
      try before.replacing("\(new.server) down", with: new.server)
        .write(toFile: servers, atomically: true, encoding: .utf8)
      #expect(try await stage.gateway(["quiesce", "enable", "--wait", "20"], on: "Old-2").code == 0)
      try await stage.lab.stop("New-2")
      try await Self.expectRefusal(
        stage, "nothing was changed: 3 problems", "Old-2: it refuses design-time changes already; if no other upgrade",
        "New-1: the load balancer has it enabled; take it out", "New-2: it does not serve: ")
      #expect(try await stage.gateway(["quiesce", "disable"], on: "Old-2").code == 0)
      try await stage.lab.start("New-2")
      try before.write(toFile: servers, atomically: true, encoding: .utf8)

      let word = "\(stage.lab.directory)/wrong"
      try "hunter2-wrong\n".write(toFile: word, atomically: true, encoding: .utf8)
      try await stage.edited { file in
        var side = file["new"] as? [String: Any] ?? [:]
        side["password"] = ["file": word]
        file["new"] = side
      } _: {
        try await Self.expectRefusal(
          stage, "New-1: it does not serve", "New-2: it does not serve", "HTTP 401", "nothing was changed: 2 problems")
        let result = try await stage.bluegreen("plan")
        #expect(result.code == 80 && !(result.output + result.errors).contains("hunter2"))
      }
      try await stage.edited { file in
        // The same address and port in other words.
        let parts = stage.lab.description.oldDatastore.split(separator: ":")
        let bytes = parts[0].split(separator: ".").compactMap { Int($0) }
        let other = "\(bytes[0]).\(bytes[1]).\(bytes[2] * 256 + bytes[3])"
        var target = file["source"] as? [String: Any] ?? [:]
        target["url"] = "http://\(other):\(parts[1])"
        file["target"] = target
      } _: {
        try await Self.expectRefusal(
          stage, "are one datastore (cluster ", "what is to be copied would be emptied first")
      }
      try await stage.edited {
        $0["webhooks"] = ["listen": stage.lab.description.balancer]
      } _: {
        try await Self.expectRefusal(stage, stage.lab.description.balancer, "webhooks.listen")
      }
      for node in stage.lab.description.nodes {
        let changes = try stage.changes(of: node.name)
        #expect(changes.count == (node.name == "Old-2" ? 2 : 0), "\(changes)")
      }
      #expect(try String(contentsOfFile: servers, encoding: .utf8) == before)
    }
  }

  @Test("a file that is missing, wrong, or for another procedure, and a password that nobody can be asked for")
  func files() async throws {
    try await BlueGreenStage.with {
      ($0.oldCount, $0.newCount) = (1, 1)
    } _: { stage in
      let missing = try await Program.zdupgrade(["bluegreen", "run", "--config", "/nowhere.json"])
      #expect(missing.code == 80 && missing.errors.contains("/nowhere.json"), "\(missing.errors)")
      try await stage.edited {
        $0["timeout"] = 5
      } _: {
        try await Self.expectRefusal(stage, "zdupgrade.json: timeout: ", "timeouts")
      }
      try await stage.edited { file in
        var side = file["new"] as? [String: Any] ?? [:]
        side["version"] = "11.1"
        file["new"] = side
      } _: {
        try await Self.expectRefusal(stage, "version 11.1 is upgraded to in another way", "backup of the repository")
      }
      try await stage.edited { file in
        for side in ["old", "new"] {
          var object = file[side] as? [String: Any] ?? [:]
          object["password"] = ["prompt": true]
          file[side] = object
        }
      } _: {
        try await Self.expectRefusal(stage, "no terminal")
        let calls = try stage.lab.description.nodes.map { try stage.calls("GET", of: $0.name).count }
        let plan = try await stage.bluegreen("plan", "--offline")
        #expect(plan.code == 0 && plan.errors.isEmpty, "\(plan.errors)")
        #expect(plan.output.contains("zdupgrade gateway quiesce enable"))
        #expect(try stage.lab.description.nodes.map { try stage.calls("GET", of: $0.name).count } == calls)
      }
      #expect(try stage.lab.description.nodes.allSatisfy { try stage.changes(of: $0.name).isEmpty })
    }
  }
}
