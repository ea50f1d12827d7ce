import FoundationEssentials
import Glibc
import Upgrade

/// Files of a lab that were changed on purpose, and what is needed to have them as they were: the originals are moved into
/// a folder of the lab.
struct SpoiltFiles: Sendable {
  /// Where the originals are kept.
  let folder: String

  /// Whether something is kept there, so that it is to be put back.
  var areThere: Bool { TextFile.exists(folder) }

  /// Puts `text` into the file at `path`.
  func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
    try setAside(path)
    try TextFile.write(text, to: path, mode: mode)
  }

  /// Changes the text of the file at `path`.
  func edit(_ path: String, _ change: (String) throws -> String) throws {
    guard let text = TextFile.read(path) else { throw Failure(.io, "\(path) cannot be read") }
    try write(try change(text), to: path)
  }

  /// Takes the file or folder at `path` away.
  func remove(_ path: String) throws { try setAside(path) }

  /// Makes the folder at `path`, of which there is none.
  func makeFolder(_ path: String) throws {
    try setAside(path)
    try TextFile.makeFolder(path)
  }

  /// Has everything as it was before.
  func restore() throws {
    for index in (0..<count).reversed() {
      guard let path = TextFile.read("\(folder)/\(index).path") else { continue }
      try? FileManager.default.removeItem(atPath: path)
      let original = "\(folder)/\(index).original"
      guard !TextFile.exists(original) || rename(original, path) == 0 else {
        throw Failure(.io, "put \(path) back: errno \(errno)")
      }
    }
    try? FileManager.default.removeItem(atPath: folder)
  }

  private var count: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.count { $0.hasSuffix(".path") }
  }

  private func setAside(_ path: String) throws {
    try TextFile.makeFolder(folder)
    let index = count
    try TextFile.write(path, to: "\(folder)/\(index).path")
    guard TextFile.exists(path) else { return }
    guard rename(path, "\(folder)/\(index).original") == 0 else {
      throw Failure(.io, "take \(path) away: errno \(errno)")
    }
  }
}
