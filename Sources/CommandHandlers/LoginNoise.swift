/// Tells what a login shell prints by itself (from `.bashrc`, `.cshrc` and the like) from what the command prints.
///
/// Each command is preceded by a line of ours, and what comes before that line is not the command's. Any login shell
/// understands it. A command that never began, such as where sshd forces another one, has no such line; what was printed
/// is then all that is known, and is handed on at the end.
struct LoginNoise {
  private static let mark = "zdupgrade-begin"
  private static let line = Array("\(mark)\n".utf8)
  /// Of what comes before, only so many bytes are kept.
  private static let most = 16 * 1024

  private var held: [UInt8] = []
  private var hasBegun = false

  /// `command` with the line before it.
  static func precede(_ command: String) -> String { "echo \(mark); \(command)" }

  /// What of `bytes`, which came next on standard output, is the command's.
  mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
    if hasBegun { return bytes }
    if held.isEmpty, bytes.starts(with: Self.line) {
      hasBegun = true
      return Array(bytes.dropFirst(Self.line.count))
    }
    held += bytes
    guard let begin = held.firstRange(of: Self.line)?.upperBound else {
      if held.count > Self.most { held.removeFirst(held.count - Self.most) }
      return []
    }
    hasBegun = true
    defer { held = [] }
    return Array(held[begin...])
  }

  /// What was printed where the command never began.
  mutating func rest() -> [UInt8] {
    defer { held = [] }
    return held
  }
}
