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
    guard let command = try reader.strings("command") else {
      throw reader.complaint("command", "is missing: the list of the program and its arguments")
    }
    guard let program = command.first else { throw reader.complaint("command", "is an empty list") }
    guard program.hasPrefix("/") || !program.contains("/") else {
      throw reader.complaint("command[0]", "'\(program)' is neither an absolute path nor a name to be found in PATH")
    }
    // env would take it for a variable.
    guard !program.contains("="), !program.hasPrefix("-") else {
      throw reader.complaint("command[0]", "'\(program)' cannot be called: a name with '=' or a leading '-'")
    }
    let reactions = Gate.FailureReaction.allCases.map(\.rawValue)
    let reaction = try reader.choice("onFailure", of: reactions).flatMap(Gate.FailureReaction.init)
    return Gate(
      point, command: command, timeout: try reader.integer("timeout", in: 1...86_400) ?? 60,
      retryFor: try reader.integer("retryFor", in: 0...604_800) ?? 0,
      interval: try reader.integer("interval", in: 1...86_400) ?? 5, onFailure: reaction ?? .stop)
  }
}
