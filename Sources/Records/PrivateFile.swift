import Foundation
import Upgrade

/// A file that only its owner can read.
public enum PrivateFile {
  /// Has the file at `path` be `text`, whole or not at all; what was there before is gone then.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public static func replace(_ path: String, with text: String) throws(Failure) {
    try put(text, at: path) { rename($0, $1) }
  }

  /// Makes the file at `path`, whole or not at all; one that is there stays.
  ///
  /// - Throws: `Failure` of kind `.refused` when there is one, `.io` when it cannot be made.
  public static func create(_ path: String, with text: String) throws(Failure) {
    var isThere = false
    do {
      try put(text, at: path) { draft, path in
        let status = link(draft, path)
        isThere = status != 0 && errno == EEXIST
        if status == 0 { unlink(draft) }
        return status
      }
    } catch {
      guard isThere else { throw error }
      throw Failure(.refused, "\(path): is there already", remedy: "give another file, or --force to replace it")
    }
  }

  private static func put(
    _ text: String, at path: String, by move: (_ draft: String, _ path: String) -> Int32
  ) throws(Failure) {
    let draft = "\(path).\(getpid()).part"
    unlink(draft)  // what a process of that number has left that was killed right here
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("\(path): cannot be made", remedy: remedy) }
    defer { close(descriptor) }
    guard write(Array(text.utf8), to: descriptor), fsync(descriptor) == 0, move(draft, path) == 0 else {
      let failure = Failure.system("\(path): cannot be written", remedy: remedy)
      unlink(draft)
      throw failure
    }
  }

  private static let remedy = "give a file in a folder that you may write to, on a disk with room"

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
