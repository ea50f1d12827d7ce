import FoundationEssentials
public import Upgrade

extension Topology {
  /// The topology as a configuration file has it, but for probes and whose certificates health checks may have.
  ///
  /// - Throws: `EncodingError`, which does not come.
  public func setting() throws -> Setting {
    let plain = try JSONDecoder().decode(Setting.self, from: JSONEncoder().encode(self))
    guard case .object(var object) = plain else { return plain }
    if case .array(let elements) = object["nodes"] {
      object["nodes"] = .array(
        zip(elements, nodes).map { element, node in
          // A machine with an Admin Node Manager only has none, not an empty list.
          element.with("hooks", Self.setting(node.hooks)).with("instances", node.instances.isEmpty ? .null : nil)
        })
    }
    let groups = groupSettings.mapValues { settings in
      (settings.capacity?.setting ?? .object([:])).with("hooks", Self.setting(settings.hooks))
    }
    return Setting.object(object).with("groups", groups.isEmpty ? nil : .object(groups))
      .with("hooks", Self.setting(hooks))
  }

  private static func setting(_ gates: [Gate]) -> Setting? {
    guard !gates.isEmpty else { return nil }
    return .object(Dictionary(grouping: gates, by: \.point.rawValue).mapValues { .array($0.map(\.setting)) })
  }
}

extension Setting {
  fileprivate func with(_ key: String, _ value: Setting?) -> Setting {
    guard case .object(var object) = self, let value else { return self }
    object[key] = value
    return .object(object)
  }
}

extension CapacityRule {
  fileprivate var setting: Setting {
    switch self {
    case .minAvailable(let amount): .object(["minAvailable": amount.setting])
    case .maxUnavailable(let amount): .object(["maxUnavailable": amount.setting])
    }
  }
}

extension Amount {
  fileprivate var setting: Setting {
    switch self {
    case .count(let count): .number(Double(count))
    case .percent: .string(description)
    }
  }
}

extension Gate {
  fileprivate var setting: Setting {
    .object([
      "command": .array(command.map(Setting.string)), "timeout": .number(Double(timeout)),
      "retryFor": .number(Double(retryFor)), "interval": .number(Double(interval)),
      "onFailure": .string(onFailure.rawValue),
    ])
  }
}
