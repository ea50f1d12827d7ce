import Foundation
import Upgrade

/// Writes plain values as a configuration file that people read: a topology file's keys in the order of the sample.
enum SettingText {
  private static let order = [
    "$schema", "ssh", "driver", "loadBalancer", "loadBalancers", "healthChecks", "probes", "groups", "hooks", "name",
    "host", "nodeManager", "oldInstallDir", "newInstallDir", "loadBalancerServer", "user", "port", "instances", "group",
    "healthURL", "nodes",
  ]

  /// The JSON text of `setting`, with a line break behind it.
  static func text(of setting: Setting) -> String { lines(setting, "") + "\n" }

  private static func lines(_ setting: Setting, _ indent: String) -> String {
    let inner = indent + "  "
    switch setting {
    case .object(let object) where !object.isEmpty:
      let members = object.sorted { (rank($0.key), $0.key) < (rank($1.key), $1.key) }.map {
        "\(inner)\(quoted($0.key)): \(lines($0.value, inner))"
      }
      return "{\n\(members.joined(separator: ",\n"))\n\(indent)}"
    case .array(let elements) where !elements.isEmpty:
      return "[\n\(elements.map { inner + lines($0, inner) }.joined(separator: ",\n"))\n\(indent)]"
    case .object: return "{}"
    case .array: return "[]"
    case .string(let text): return quoted(text)
    case .bool(let bool): return bool ? "true" : "false"
    case .number(let number): return Int(exactly: number).map { String($0) } ?? String(number)
    case .null: return "null"
    }
  }

  private static func rank(_ key: String) -> Int { order.firstIndex(of: key) ?? order.count }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\" + String(scalar)
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.properties.generalCategory == .control || [0x2028, 0x2029].contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
