import Foundation
import Upgrade

/// The sample in the configuration folder, and changes of it.
enum SettingsSample {
  static let config: String = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("config").path
  }()

  static func value(_ name: String = "bluegreen.json") throws -> Setting {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(config)/\(name)"))
    return try JSONDecoder().decode(Setting.self, from: bytes)
  }

  /// The sample with the JSON `json` at `path`, like `old.nodes.0.name`; without `json` nothing is there any more.
  static func changed(_ path: String, _ json: String?, in base: Setting? = nil) throws -> Setting {
    let new = try json.map { try JSONDecoder().decode(Setting.self, from: Data($0.utf8)) }
    return set(try base ?? value(), path.split(separator: "/").map(String.init), new)
  }

  static func bytes(_ value: Setting) throws -> Data { try JSONEncoder().encode(value) }

  private static func set(_ value: Setting, _ path: [String], _ new: Setting?) -> Setting {
    guard let key = path.first else { return new ?? .null }
    let rest = Array(path.dropFirst())
    switch value {
    case .array(var elements):
      guard let index = Int(key) else { preconditionFailure("the test's path has no such index: \(key)") }
      if index == elements.count { elements.append(.null) }
      if rest.isEmpty, new == nil {
        elements.remove(at: index)
      } else {
        elements[index] = set(elements[index], rest, new)
      }
      return .array(elements)
    case .object(var object):
      object[key] = rest.isEmpty ? new : set(object[key] ?? .object([:]), rest, new)
      return .object(object)
    default: preconditionFailure("the test's path leads through no object: \(key)")
    }
  }
}
