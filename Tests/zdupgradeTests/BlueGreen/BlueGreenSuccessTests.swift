import Foundation
import Lab
import Testing

@Suite("zdupgrade bluegreen, from the plan to the rollback behind its success", .serialized)
struct BlueGreenSuccessTests {
  @Test("a major upgrade with webhooks and a probe fails no request, moves and counts all, and can be taken back")
  func major() async throws {
    try await BlueGreenStage.with { stage in
      try stage.edit { $0["probes"] = [["url": stage.lab.api(at: stage.lab.balancerURL)]] }
      let plan = try await stage.bluegreen("plan")
      #expect(plan.code == 0 && plan.output.contains("zdupgrade gateway migrate reindex"), "\(plan.errors)")
      #expect(try stage.lab.description.nodes.allSatisfy { try stage.changes(of: $0.name).isEmpty })

      let result = try await stage.bluegreen("run", "--yes")
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(result.output.hasPrefix("Summary table (Status.SUCCESS):"))
      let url = stage.lab.api(at: stage.lab.balancerURL)
      let probe = result.output.split(separator: "\n").first { $0.hasPrefix(url) }
      #expect(probe?.contains(", 0 failed, ") == true, "\(result.output)")
      let account = try await stage.lab.account()
      #expect(account.isComplete && account.duplicated == 0, "\(account.text)")
      try await stage.expectNoWebhooks(on: stage.new)
      for event in ["cleaned", "designtimeQuiesced", "coreReindexed", "transformed", "allQuiesced", "logsReindexed"] {
        #expect(try stage.journal.text.contains("webhook: \(event)"), "nobody was told of \(event)")
      }

      let again = try await stage.bluegreen("resume")
      #expect(again.code == 0 && again.errors.contains("nothing is left to do"))
      let status = try await stage.bluegreen("status")
      #expect(status.code == 0 && status.output.contains("ended with SUCCESS (0)"), "\(status.output)")
      #expect(status.output.contains(/Old-1 +upgraded +no answer +unknown +disabled\n/))
      #expect(status.output.contains(/New-2 +upgraded +green +nothing +enabled\n/))
      let runs = try await Program.zdupgrade(["runs", "--log_dir", stage.logs])
      #expect(runs.output.contains(/SUCCESS \(0\) +Old-1, Old-2, New-1, New-2\n/), "\(runs.output)")

      try await Self.rollBack(stage)
      try Self.expectNoSecrets(stage, [plan, result, again, status, runs])
      let report = await stage.traffic.stop()
      for node in stage.lab.description.nodes { try await stage.lab.stop(node.name) }
      let books = try await stage.lab.account()
      // The run's probe, and that of its rollback, are counted too, and have no names.
      let probes = Int((probe ?? "").dropFirst(url.count + 2).prefix { $0 != " " }.filter(\.isNumber)) ?? 0
      #expect(
        probes > 0 && books.total >= report.total + probes && books.duplicated == 0, "\(books.text), \(report.total)")
    }
  }

  /// Behind the success: the old gateways are down, and their machines' command starts them.
  private static func rollBack(_ stage: BlueGreenStage) async throws {
    let unasked = try await stage.bluegreen("rollback")
    #expect(unasked.code == 80 && unasked.errors.contains("add --yes"), "\(unasked.errors)")
    #expect(unasked.output.contains("have your command start the gateway again"))
    let count = try stage.journal.entries.count
    let result = try await stage.bluegreen("rollback", "--yes")
    #expect(result.code == 0, "\(result.output)\n\(result.errors)")
    #expect(result.output.contains("Summary table (Status.ROLLED_BACK):"))
    #expect(
      try stage.journal.takenBack(behind: count)
        == ["Old-2", "Old-1"].flatMap(BlueGreenWayBack.startedAgain) + ["New-2", "New-1"].flatMap(BlueGreenWayBack.out))
    try await stage.expectOldServes()
    try await stage.expectNoWebhooks(on: stage.old + stage.new)
  }

  /// What is nobody's business is in no file of the run but the token's, which is for this user only, and in no output.
  private static func expectNoSecrets(_ stage: BlueGreenStage, _ results: [Program.Result]) throws {
    let folder = "\(stage.logs)/\(try stage.journal.run)"
    let token = try String(contentsOfFile: "\(folder)/webhook-token", encoding: .utf8)
    let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/webhook-token")[.posixPermissions] as? Int
    #expect(mode == 0o600 && token.count > 30)
    var secrets = [token.split(separator: "\n").first.map(String.init) ?? token]
    let words = "\(stage.lab.directory)/secrets"
    for name in try FileManager.default.contentsOfDirectory(atPath: words) {
      let word = try String(contentsOfFile: "\(words)/\(name)", encoding: .utf8).split(separator: "\n")[0]
      // The part of it that no quoting changes.
      secrets.append(String(word.split { $0 == " " || $0 == "-" }.last ?? word))
      secrets.append(Data("\(stage.lab.description.username):\(word)".utf8).base64EncodedString())
    }
    #expect(secrets.count == 7 && secrets.allSatisfy { $0.count > 4 })
    var texts = results.flatMap { [$0.output, $0.errors] }
    for path in try FileManager.default.subpathsOfDirectory(atPath: stage.logs) where !path.hasSuffix("webhook-token") {
      texts.append((try? String(contentsOfFile: "\(stage.logs)/\(path)", encoding: .utf8)) ?? "")
    }
    #expect(texts.count > 14)
    for secret in secrets { #expect(!texts.contains { $0.contains(secret) }) }
  }
}
