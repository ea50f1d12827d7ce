/// What the process that runs commands on the server says: one line each, of a letter, a space and a number.
///
/// - `o N`, `e N`: N bytes of standard output or of standard error follow;
/// - `x N`: the command has exited with the code N; `s N`: the signal N has ended it;
/// - `n 0`: it could not be started, for want of processes or files.
struct ServedFrames {
  /// One thing that was said.
  enum Frame {
    case output(SSHOutput.Stream, UnsafeRawBufferPointer)
    case exited(Int32)
    case signalled(String)
    case notStarted
  }

  private var line: [UInt8] = []
  private var stream = SSHOutput.Stream.standardOutput
  private var left = 0

  /// Takes in what came next, and hands each thing in it to `body`.
  ///
  /// - Returns: false where it makes no sense: the stream is then of no use any more.
  mutating func take(_ bytes: UnsafeRawBufferPointer, _ body: (Frame) -> Void) -> Bool {
    var rest = bytes[...]
    while let first = rest.first {
      if left > 0 {
        let part = rest.prefix(left)
        left -= part.count
        rest = rest.dropFirst(part.count)
        body(.output(stream, UnsafeRawBufferPointer(rebasing: part)))
        continue
      }
      rest = rest.dropFirst()
      if first != UInt8(ascii: "\n") {
        line.append(first)
        guard line.count < 24 else { return false }
        continue
      }
      defer { line.removeAll(keepingCapacity: true) }
      guard line.count > 2, line[1] == UInt8(ascii: " "),
        let number = Int(String(decoding: line[2...], as: UTF8.self)), number >= 0
      else { return false }
      switch line[0] {
      case UInt8(ascii: "o"): (stream, left) = (.standardOutput, number)
      case UInt8(ascii: "e"): (stream, left) = (.standardError, number)
      case UInt8(ascii: "x"): body(.exited(Int32(truncatingIfNeeded: number)))
      case UInt8(ascii: "s"): body(.signalled(Self.name(ofSignal: number)))
      case UInt8(ascii: "n"): body(.notStarted)
      default: return false
      }
    }
    return true
  }

  /// A signal's name as sshd gives it (RFC 4254, section 6.10), by its number on Linux.
  private static func name(ofSignal number: Int) -> String {
    let names = [
      1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 6: "ABRT", 8: "FPE", 9: "KILL", 10: "USR1", 11: "SEGV", 12: "USR2",
      13: "PIPE", 14: "ALRM", 15: "TERM",
    ]
    return names[number] ?? "SIG@openssh.com"
  }
}
