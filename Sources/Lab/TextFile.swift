import Glibc
import Upgrade

/// Small files read and written as a whole, in the way `/proc` and several programs at once need it.
enum TextFile {
  /// The file's text; nil where it cannot be read.
  static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  /// Writes `text` so that a reader sees the old content or the new one, never a part.
  static func write(_ text: String, to path: String, mode: mode_t = 0o600) throws(Failure) {
    let draft = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).draft"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure("write \(path)") }
    let isWritten = write(Array(text.utf8), to: descriptor)
    close(descriptor)
    guard isWritten, chmod(draft, mode) == 0, rename(draft, path) == 0 else {
      let reason = failure("write \(path)")
      unlink(draft)
      throw reason
    }
  }

  /// Adds `text` at the end; what cannot be written is lost, as it is with any log.
  static func append(_ text: String, to path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    _ = write(Array(text.utf8), to: descriptor)
    close(descriptor)
  }

  /// Writes all of `bytes`; false when that is not possible.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Makes the folder and the ones above it, for this user only.
  static func makeFolder(_ path: String) throws(Failure) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw failure("make the folder \(path)")
    }
    try makeFolder(String(path[..<slash]))
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("make the folder \(path)") }
  }

  /// Whether something is there.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The path with symbolic links and `..` resolved; nil where nothing is there.
  static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func failure(_ what: String) -> Failure {
    Failure(.io, "\(what): \(String(cString: strerror(errno)))")
  }
}
