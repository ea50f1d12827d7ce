import TestDoubles
import Testing
import Upgrade

@Suite("Capacity")
struct CapacityTests {
  /// rule, size of the group, floor
  @Test(
    "the floor of a group",
    arguments: [
      (CapacityRule.standard, 1, 1), (.standard, 2, 1), (.standard, 3, 2), (.standard, 4, 2), (.standard, 12, 6),
      (.minAvailable(.count(0)), 3, 1), (.minAvailable(.count(2)), 3, 2), (.minAvailable(.count(9)), 3, 3),
      (.minAvailable(.percent(0)), 3, 1), (.minAvailable(.percent(1)), 300, 3), (.minAvailable(.percent(34)), 3, 2),
      (.minAvailable(.percent(67)), 3, 3), (.minAvailable(.percent(100)), 3, 3), (.minAvailable(.percent(75)), 8, 6),
      (.maxUnavailable(.count(0)), 3, 3), (.maxUnavailable(.count(1)), 3, 2), (.maxUnavailable(.count(1)), 1, 1),
      (.maxUnavailable(.count(7)), 3, 1), (.maxUnavailable(.percent(0)), 4, 4), (.maxUnavailable(.percent(25)), 3, 2),
      (.maxUnavailable(.percent(25)), 4, 3), (.maxUnavailable(.percent(25)), 7, 6),
      (.maxUnavailable(.percent(25)), 8, 6), (.maxUnavailable(.percent(99)), 100, 1),
      (.maxUnavailable(.percent(100)), 5, 1),
    ])
  func floor(rule: CapacityRule, size: Int, floor: Int) {
    #expect(rule.floor(ofGroup: size) == floor)
    #expect(rule.floor(ofGroup: size, isDowntimeAccepted: true) == 0)
  }

  @Test("an amount is a number or a percentage, and nothing else")
  func amounts() {
    #expect(Amount("3") == .count(3) && Amount("25%") == .percent(25) && Amount("100%") == .percent(100))
    for text in ["", "%", "-1", "1.5", "101%", "x", "3 ", "٣", "99999999999999999999"] { #expect(Amount(text) == nil) }
  }

  private static func nodes(_ text: String) -> [Node] {
    text.split(separator: " ").map { word in
      let parts = word.split(separator: ":")
      return Node(name: String(parts[0]), host: "h", groups: parts.dropFirst().map(String.init))
    }
  }

  /// nodes as NAME:GROUP..., limit, allowances, waves
  @Test(
    "nodes go together where the limit and their groups allow it, and none overtakes another of its group",
    arguments: [
      ("A:x B:x C:y", 1, [:], "A|B|C"), ("A:x B:x C:y", 2, [:], "A|B C"), ("A:x B:x C:y", 9, [:], "A|B C"),
      ("A:x B:x C:x D:x E:x", 9, ["x": 2], "A|B C|D E"), ("A:x B:x:y C:y D:z", 9, [:], "A|B D|C"),
      ("A:x B:x C:x D:y E:y", 3, ["x": 2], "A|B C D|E"), ("A B C", 2, [:], "A|B C"), ("A:x", 5, ["x": 0], "A"),
      ("A:x B:x C:x:y D:y E:y", 9, ["x": 1, "y": 2], "A|B|C D|E"),
    ] as [(String, Int, [String: Int], String)])
  func waves(nodes: String, limit: Int, allowances: [String: Int], expected: String) {
    let waves = Waves(of: Self.nodes(nodes), limit: limit, alone: ["A"], allowances: allowances).all
    #expect(waves.map { $0.map(\.name).joined(separator: " ") }.joined(separator: "|") == expected)
  }

  @Test("the forecast names a group that would fall below its floor, and knows that an upgraded node serves again")
  func forecast() {
    let nodes = Self.nodes("A:x B:x C:y")
    func shortages(_ down: Set<String>, _ floors: [String: Int], _ waves: [[Int]]) -> [String] {
      CapacityForecast(nodes: nodes, floors: floors, down: down)
        .shortages(in: waves.map { $0.map { nodes[$0] } })
        .map { "\($0.taken.joined(separator: "+")): \($0.group) \($0.left)/\($0.size), \($0.floor)" }
    }
    #expect(shortages([], ["x": 1, "y": 0], [[0], [1], [2]]) == [])
    #expect(shortages([], ["x": 1, "y": 1], [[0], [1], [2]]) == ["C: y 0/1, 1"])
    #expect(shortages([], ["x": 1, "y": 0], [[0, 1], [2]]) == ["A+B: x 0/2, 1"])
    #expect(shortages(["B"], ["x": 1, "y": 0], [[0], [1], [2]]) == ["A: x 0/2, 1"])
    #expect(shortages(["B"], ["x": 1, "y": 0], [[1], [0], [2]]) == [], "B serves again when A is taken out")
    #expect(shortages([], ["x": 2, "y": 0], [[0], [1]]) == ["A: x 1/2, 2"])
  }

  @Test("a node serves when the balancer gives it requests and every health check is answered")
  func serving() async {
    func obstacle(_ standing: Standing, _ statuses: [String: Int] = [:]) async -> String? {
      let check = ServingCheck(
        balancer: ScriptedBalancer([.drained], standing), probe: ScriptedProbe(statuses: statuses),
        clock: ManualClock())
      return await check.obstacle(of: Node(name: "A", host: "a", groups: [], healthURLs: ["u", "v"]))?.reason
    }
    #expect(await obstacle(.enabled) == nil)
    #expect(await obstacle(.unknown) == nil)
    #expect(await obstacle(.down) == "the load balancer has it down")
    #expect(await obstacle(.mixed) == "the load balancer has it mixed")
    #expect(await obstacle(.enabled, ["v": 500]) == "v answers 500")
  }
}
