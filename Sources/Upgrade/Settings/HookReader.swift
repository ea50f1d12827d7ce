/// Reads the gates in an object `hooks` of a configuration file.
public enum HookReader {
  /// The points at which a single node is in hand.
  public static let ofNodes: [Gate.Point] = [.beforeNode, .afterNode]

  private static let keys = ["command", "timeout", "retryFor", "interval", "onFailure"]

  /// The gates at `hooks` of `parent`, where only `points` make sense.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public static func gates(_ parent: SettingReader, at points: [Gate.Point]) throws(Failure) -> [Gate] {
    guard let hooks = try parent.object("hooks", keys: points.map(\.rawValue)) else { return [] }
    var gates: [Gate] = []
    for point in points {
      for reader in try hooks.oneOrMoreObjects(point.rawValue, keys: keys) { gates.append(try gate(point, reader)) }
    }
    return gates
  }

  private static func gate(_ point: Gate.Point, _ reader: SettingReader) throws(Failure) -> Gate {
    let reactions = Gate.FailureReaction.allCases.map(\.rawValue)
    let reaction = try reader.choice("onFailure", of: reactions).flatMap(Gate.FailureReaction.init)
    return Gate(
      point, command: try reader.command(), timeout: try reader.integer("timeout", in: 1...86_400) ?? 60,
      retryFor: try reader.integer("retryFor", in: 0...604_800) ?? 0,
      interval: try reader.integer("interval", in: 1...86_400) ?? 5, onFailure: reaction ?? .stop)
  }
}
