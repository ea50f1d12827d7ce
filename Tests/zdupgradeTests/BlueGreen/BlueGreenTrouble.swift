import Lab
import Testing

/// What goes wrong in one of the ten steps of a major upgrade, and what must follow by the vendor's procedure.
struct BlueGreenTrouble: Sendable, CustomTestStringConvertible {
  /// The step, as the status has it.
  let step: String
  let code: Int32
  /// The gateway that is to blame.
  let node: String
  /// The fault of the lab that does it.
  var fault: String?
  /// The gateway that is lost right before the gateway gets requests.
  var lost: String?
  /// The acts that take the run back, in their order.
  var back: [String] = []
  /// How the sides stand then: health, what is refused, how the load balancer has it.
  var old = "green, nothing, enabled"
  var new = "green, nothing, disabled"

  var testDescription: String { step }

  private static let opened = ["Old-2", "Old-1"].flatMap(BlueGreenWayBack.open)

  /// Up to the restart of the new side, nobody is sent elsewhere.
  static let beforeTraffic = [
    BlueGreenTrouble(step: "START_FAILED", code: 81, node: "Old-2", fault: "Old-2:ports:error:POST"),
    BlueGreenTrouble(step: "CLEAN_FAILED", code: 82, node: "New-1", fault: "New-1:clean:fail:no path"),
    BlueGreenTrouble(
      step: "QUIESCE_DESIGNTIME_FAILED", code: 83, node: "Old-2", fault: "Old-2:quiesce-designtime:fail:no",
      back: opened),
    BlueGreenTrouble(
      step: "REINDEX_CORE_FAILED", code: 84, node: "New-1", fault: "New-1:reindex-core:fail:no space",
      back: BlueGreenWayBack.emptied + opened),
    BlueGreenTrouble(
      step: "TRANSFORM_FAILED", code: 85, node: "New-1", fault: "New-1:transform:fail:no",
      back: BlueGreenWayBack.emptied + opened),
  ]

  /// From the restart of the new side on.
  static let fromRestart = [
    BlueGreenTrouble(
      step: "RESTART_FAILED", code: 86, node: "New-2", fault: "New-2:start:fail", back: opened, new: ""),
    BlueGreenTrouble(
      step: "TRAFFIC_FAILED", code: 87, node: "New-2", lost: "New-2",
      back: BlueGreenWayBack.out("New-1") + opened, new: ""),
    BlueGreenTrouble(
      step: "QUIESCE_ALL_FAILED", code: 88, node: "Old-2", fault: "Old-2:quiesce-all:fail:cannot flush",
      back: ["Old-2", "Old-1"].flatMap(BlueGreenWayBack.startedAgain)
        + ["New-2", "New-1"].flatMap(BlueGreenWayBack.out)),
    BlueGreenTrouble(
      step: "REINDEX_LOGS_FAILED", code: 89, node: "New-1", fault: "New-1:reindex-logs:fail:no space",
      old: "no answer, all, disabled", new: "green, nothing, enabled"),
    BlueGreenTrouble(
      step: "SHUTDOWN_FAILED", code: 90, node: "Old-1", fault: "Old-1:shutdown:error", old: "",
      new: "green, nothing, enabled"),
  ]

  /// Has it happen from now on.
  func cause(on stage: BlueGreenStage) throws {
    if let fault { try stage.lab.setFault(fault) }
    guard let lost else { return }
    // Once only: the same hook comes by when the run is resumed.
    let directory = stage.lab.directory
    let script = #"test -e "$1/lost" || { touch "$1/lost"; exec "$0" bluegreen node "$1" "$2" kill; }"#
    try stage.edit { file in
      file.changeNode(lost) {
        $0["hooks"] = [
          "beforeNode": ["command": ["/bin/sh", "-c", script, stage.lab.description.program, directory, lost]]
        ]
      }
    }
  }

  /// Takes away what is wrong.
  func repair(_ stage: BlueGreenStage) async throws {
    stage.lab.clearFaults()
    for node in stage.new where try !stage.lab.isServing(node) { try await stage.lab.start(node) }
  }
}

extension [String: Any] {
  /// Changes what a configuration file says about `node`.
  mutating func changeNode(_ node: String, _ change: (inout [String: Any]) -> Void) {
    for side in ["old", "new"] {
      guard var object = self[side] as? [String: Any], var nodes = object["nodes"] as? [[String: Any]] else { continue }
      for index in nodes.indices where nodes[index]["name"] as? String == node { change(&nodes[index]) }
      object["nodes"] = nodes
      self[side] = object
    }
  }
}
