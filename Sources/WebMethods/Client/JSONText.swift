import FoundationEssentials
import Upgrade

/// Writes plain values as JSON, always the same for the same value.
enum JSONText {
  static func of(_ value: Setting) -> String { String(decoding: bytes(value), as: UTF8.self) }

  static func bytes(_ value: Setting) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Only numbers that are none can fail, and no value that was read or made here has one.
    guard let data = try? encoder.encode(value) else { return Array("null".utf8) }
    return Array(data)
  }
}
