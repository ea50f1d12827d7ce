import FoundationEssentials
import Glibc
import Upgrade

/// A small JSON file that the gateways of one datastore read and change, one at a time.
struct SharedFile<Value: Codable & Sendable>: Sendable {
  let path: String
  let initial: Value

  /// What is in it now.
  func read() -> Value {
    guard let bytes = TextFile.bytes(path) else { return initial }
    return (try? JSONDecoder().decode(Value.self, from: Data(bytes))) ?? initial
  }

  /// Changes it while nobody else does.
  ///
  /// - Throws: what `change` throws, and nothing is changed then; `Failure` of kind `.io`.
  func update<Result>(_ change: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
    let lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw Failure(.io, "lock \(path): \(String(cString: strerror(errno)))") }
    defer { close(lock) }
    // Held for the time of a small write.
    guard flock(lock, LOCK_EX) == 0 else { throw Failure(.io, "lock \(path): \(String(cString: strerror(errno)))") }
    var value = read()
    let result = try change(&value)
    let text: String
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      text = String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw Failure.from(error, as: .io).inContext("write \(path)")
    }
    try TextFile.write(text, to: path)
    return result
  }
}
