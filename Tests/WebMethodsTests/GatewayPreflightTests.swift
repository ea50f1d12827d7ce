import TestDoubles
import Testing
import Upgrade

@testable import WebMethods

@Suite("What is looked at before a blue-green upgrade")
struct GatewayPreflightTests {
  private typealias Replies = [ScriptedExchange.Reply]

  private struct Outcome {
    let problems: [Problem]
    let requests: [String: [String]]
    let left: Int
    let events: [Event]

    var texts: [String] { problems.map { "\($0.node ?? "-"): \($0.text)" } }
    var warnings: [String] {
      events.compactMap { if case .warning(let node, let text) = $0 { "\(node): \(text)" } else { nil } }
    }
  }

  private static let goodOld: Replies = [PreflightBench.green, PreflightBench.open, PreflightBench.open]
  private static let goodNew: Replies = [
    PreflightBench.green, PreflightBench.never, PreflightBench.never, PreflightBench.never,
  ]
  private static let noPorts = PreflightBench.ports()
  private static let before: [String: Standing] = ["Old-1": .enabled, "Old-2": .enabled, "New-1": .disabled]

  /// Looks at one old and one new gateway, with the fix for a cluster at two old ones.
  private static func look(
    _ profile: UpgradeProfile = .major, old: Replies, new: Replies = [], other: Replies = [],
    standings: [String: Standing] = before
  ) async -> Outcome {
    let settings = PlannerBench.settings(profile, old: profile == .minorCluster ? 2 : 1, new: 1)
    let bench = PreflightBench(settings, ["Old-1": old, "Old-2": other, "New-1": new])
    let journal = EventRecorder()
    let preflight = GatewayPreflight(
      settings, clients: bench.clients, balancer: ScriptedBalancer(standings: standings), journal: journal)
    let problems = await preflight.problems()
    return Outcome(
      problems: problems, requests: await bench.requests, left: await bench.left, events: await journal.events)
  }

  @Test("nothing but GETs are sent, and both sides that are as they must be are no problem")
  func good() async {
    let seen = await Self.look(old: Self.goodOld + [Self.noPorts], new: Self.goodNew + [Self.noPorts])
    #expect(seen.problems.isEmpty && seen.left == 0 && seen.warnings.isEmpty, "\(seen.texts)")
    #expect(seen.requests["Old-1"] == ["GET health", "GET quiescemode", "GET quiescemode", "GET ports"])
    let status = "GET migration/status?action="
    #expect(
      seen.requests["New-1"] == ["GET health", status + "clean", status + "reindex", status + "transform", "GET ports"])
    let phases = seen.events.compactMap {
      if case .phaseEnded(let node, .preflight, .passed) = $0 { node } else { nil }
    }
    #expect(phases.sorted() == ["New-1", "Old-1"])
  }

  @Test(
    "an old gateway that is not fit, or that somebody is at, is named with what to do",
    arguments: [
      ([PreflightBench.red], "it does not serve: its health is red", "start it"),
      ([ScriptedExchange.Reply.lost], "it does not serve: ", "zdupgrade gateway health"),
      ([PreflightBench.denied], "it does not serve: ", "zdupgrade gateway health"),
      ([PreflightBench.green, PreflightBench.denied], "HTTP 401", "name and password"),
      ([PreflightBench.green, PreflightBench.never], "(/quiescemode is not there)", "version 10.7"),
      (
        [PreflightBench.green, PreflightBench.quiesced("designtime"), PreflightBench.quiesced("designtime")],
        "it refuses design-time changes already", "zdupgrade gateway quiesce disable"
      ),
      (
        [PreflightBench.green, PreflightBench.quiesced("all"), PreflightBench.quiesced("all")],
        "it is quiesced for all", "restart it"
      ),
    ])
  func unfit(old: [ScriptedExchange.Reply], text: String, remedy: String) async {
    let seen = await Self.look(old: old, new: Self.goodNew)
    #expect(seen.problems.count == 1 && seen.left == 0, "\(seen.texts)")
    #expect(seen.problems.first?.node == "Old-1" && seen.problems.first?.text.contains(text) == true, "\(seen.texts)")
    #expect(seen.problems.first?.remedy.contains(remedy) == true, "\(seen.problems)")
    #expect(!"\(seen.problems)\(seen.events)".contains("hidden"))
    #expect(seen.warnings.isEmpty, "what is not looked at is not compared")
  }

  @Test("a migration that is under way on a new gateway is waited for first, whichever it is")
  func underWay() async {
    let running = ScriptedExchange.Reply.ok(#"{"status":null}"#)
    let seen = await Self.look(
      old: Self.goodOld, new: [PreflightBench.green, .ok(#"{"status":"success"}"#), running])
    #expect(seen.texts == ["New-1: a migration is under way on it (reindex)"] && seen.left == 0)
    #expect(seen.problems.first?.remedy.contains("zdupgrade gateway migrate status") == true)
  }

  @Test("all problems of all nodes are told at once, each node's in the order of the file")
  func together() async {
    let seen = await Self.look(old: [.lost], new: [.late], standings: ["Old-1": .disabled, "New-1": .enabled])
    #expect(seen.problems.map(\.node) == ["Old-1", "Old-1", "New-1", "New-1"], "\(seen.texts)")
  }

  @Test(
    "an old gateway must get requests and a new one must not; where that is not known, nothing stands in the way",
    arguments: [Standing.enabled, .disabled, .down, .mixed, .unknown])
  func standing(standing: Standing) async {
    let old = await Self.look(
      old: Self.goodOld + [Self.noPorts], new: Self.goodNew + [Self.noPorts],
      standings: ["Old-1": standing, "New-1": .disabled])
    let isBadForOld = [.disabled, .down, .mixed].contains(standing)
    #expect(old.texts == (isBadForOld ? ["Old-1: the load balancer has it \(standing.rawValue)"] : []))
    let new = await Self.look(
      old: Self.goodOld + [Self.noPorts], new: Self.goodNew + [Self.noPorts],
      standings: ["Old-1": .enabled, "New-1": standing])
    let isBadForNew = [.enabled, .mixed].contains(standing)
    #expect(new.texts == (isBadForNew ? ["New-1: the load balancer has it \(standing.rawValue)"] : []))
  }

  @Test(
    "ports that the new side lacks are told, but the main one, the quiesce port and closed ones; nothing is stopped")
  func ports() async {
    let old = PreflightBench.ports(
      #"{"port":5555,"portAlias":"Default","enabled":true}"#, #"{"port":4444,"portAlias":"Q","enabled":true}"#,
      #"{"port":7000,"portAlias":"Closed","enabled":false}"#, #"{"port":7001,"portAlias":"Partners","enabled":true}"#,
      #"{"port":7002,"portAlias":"Moved","enabled":true}"#, #"{"port":7003}"#)
    let new = PreflightBench.ports(#"{"port":7102,"portAlias":"Moved","enabled":true}"#)
    let seen = await Self.look(old: Self.goodOld + [old], new: Self.goodNew + [new])
    #expect(seen.problems.isEmpty)
    #expect(seen.warnings == ["New-1: it lacks ports that Old-1 has: 7001 (Partners), 7003"])
    // Who does not tell its ports is not compared.
    let silent = await Self.look(old: Self.goodOld + [.lost], new: Self.goodNew)
    #expect(silent.problems.isEmpty && silent.warnings.isEmpty && silent.left == 0)
  }

  @Test("a fix by new instances begins while these are down; a fix for a cluster looks at its nodes only")
  func minor() async {
    let down = await Self.look(.minorStandalone, old: Self.goodOld, new: [.lost], standings: Self.before)
    #expect(down.problems.isEmpty && down.left == 0, "\(down.texts)")
    let up = await Self.look(.minorStandalone, old: Self.goodOld, new: [PreflightBench.green])
    #expect(up.texts == ["New-1: it runs already"])
    let cluster = await Self.look(.minorCluster, old: Self.goodOld, other: [PreflightBench.red])
    #expect(cluster.texts == ["Old-2: it does not serve: its health is red"] && cluster.requests["New-1"] == nil)
  }
}
