/// What a node says about its lock.
public enum LockState: Sendable, Hashable {
  /// Nobody holds it.
  case free
  /// Who asked holds it.
  case mine
  /// It is somebody else's.
  case held(HeldLock)
  /// It was somebody's until now.
  case removed
  /// The node's folder is not fit for it; why.
  case refused(String)

  private static let mark = "zdupgrade-lock "

  /// The state that one of the lines tells, which a node printed; nil when none does. What a login shell's start-up file
  /// prints is skipped.
  init?(output: [UInt8]) {
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    guard let state = lines.lazy.compactMap(Self.init(line:)).first else { return nil }
    self = state
  }

  private init?(line: Substring) {
    guard line.hasPrefix(Self.mark) else { return nil }
    let words = line.dropFirst(Self.mark.count).split(separator: " ")
    switch words.first {
    case "free": self = .free
    case "mine": self = .mine
    case "removed": self = .removed
    case "refused": self = .refused(words.dropFirst().joined(separator: " "))
    case "held":
      guard let lock = HeldLock(words: Array(words.dropFirst())) else { return nil }
      self = .held(lock)
    default: return nil
    }
  }
}
