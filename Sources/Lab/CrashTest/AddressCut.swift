import Upgrade

/// Nothing gets to the address of a node any more, and nothing from it: packets are dropped without a word.
struct AddressCut: Disturbance {
  /// By this comment the rules are known for ours.
  static let mark = "zdulab-crash-test"

  let seconds: Int
  var duration: Duration? { .seconds(seconds) }

  func strike(_ node: LabNode) async throws {
    for direction in ["-d", "-s"] { try await Self.rule("-A", direction, node) }
  }

  func heal(_ node: LabNode) async {
    await Task.detached {
      for direction in ["-d", "-s"] { try? await Self.rule("-D", direction, node) }
    }.value
  }

  private static func rule(_ act: String, _ direction: String, _ node: LabNode) async throws {
    try await ExternalTool(
      path: "/usr/sbin/iptables",
      arguments: ["-w", act, "INPUT", direction, node.address, "-m", "comment", "--comment", mark, "-j", "DROP"]
    ).run()
  }

  /// Why it cannot be done here; nil when it can.
  static func obstacle() async -> String? {
    let list = ExternalTool(path: "/usr/sbin/iptables", arguments: ["-w", "-S", "INPUT"])
    do { try await list.run() } catch { return "iptables cannot be used" }
    return nil
  }
}
