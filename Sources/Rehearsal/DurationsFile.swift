public import FoundationEssentials
public import Upgrade

/// Reads the durations that the operator gives:
/// `{"export": 90, "apply": {"all": 180, "nodes": {"Node-A": 240}}}`, in seconds.
public enum DurationsFile {
  /// The durations in `json`; `file` is its name in messages, and `nodes` are the topology's.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the file and the key.
  public static func durations(json: Data, file: String, nodes: [String]) throws(Failure) -> StepDurations {
    let reader = try SettingReader(
      try JSONFile.parse(json, file: file), file: file, keys: RehearsalStep.allCases.map(\.rawValue))
    var entries: [RehearsalStep: StepDurations.Entry] = [:]
    for step in RehearsalStep.allCases {
      guard let value = reader.value(step.rawValue) else { continue }
      entries[step] = try entry(value, of: step, reader, nodes)
    }
    return StepDurations(entries)
  }

  private static func entry(
    _ value: Setting, of step: RehearsalStep, _ reader: SettingReader, _ nodes: [String]
  ) throws(Failure) -> StepDurations.Entry {
    guard case .object = value else {
      return StepDurations.Entry(try seconds(value, at: step.rawValue, reader), .given)
    }
    guard let parts = try reader.object(step.rawValue, keys: ["all", "nodes"]) else {
      throw reader.complaint(step.rawValue, "is missing")
    }
    var own: [String: Double] = [:]
    if case .object(let members) = parts.value("nodes") {
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        guard nodes.contains(name) else {
          let hint = NearMatch.hint(for: name, among: nodes)
          throw parts.complaint("nodes", "no node '\(PlainText.oneLine(name))' is in the topology\(hint)")
        }
        own[name] = try seconds(value, at: "nodes.\(name)", parts)
      }
    } else if parts.has("nodes") {
      throw parts.complaint("nodes", "must be an object of node names and seconds")
    }
    guard let all = parts.value("all") else {
      // The nodes that are not named take as long as the slowest of those that are.
      guard let longest = own.values.max() else {
        throw reader.complaint(step.rawValue, "has neither 'all' nor a node in 'nodes'")
      }
      return StepDurations.Entry(longest, nodes: own, .given)
    }
    return StepDurations.Entry(try seconds(all, at: "all", parts), nodes: own, .given)
  }

  private static func seconds(_ value: Setting, at key: String, _ reader: SettingReader) throws(Failure) -> Double {
    guard case .number(let seconds) = value else {
      throw reader.complaint(key, "must be a number of seconds, is \(value.kind)")
    }
    guard (0...StepDurations.longest).contains(seconds) else {
      throw reader.complaint(key, "is \(StepDurations.text(seconds)), must be 0 to 86400 seconds")
    }
    return seconds
  }
}
