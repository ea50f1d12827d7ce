/// Quoting for POSIX shells: any string becomes one word of data.
public enum ShellQuoting {
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-".unicodeScalars)

  /// `text` as one shell word: unchanged where no character means anything to a shell, in single quotes otherwise.
  ///
  /// A word with `=` in it is left plain only behind a command name, so the first word of a command line
  /// must be an absolute path; a NUL byte cannot be passed to any process and must be refused earlier.
  public static func quote(_ text: String) -> String {
    if !text.isEmpty, text.unicodeScalars.allSatisfy(plain.contains) { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// `text` for `printf %b`, without what means something between single quotes to any shell, csh and fish included.
  ///
  /// A NUL byte is left in it, to be refused by who sends it.
  static func printfEscaped(_ text: String) -> String {
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 1..<32, 127..., UInt8(ascii: "'"), UInt8(ascii: "!"), UInt8(ascii: "\\"):
        let digits = String(byte, radix: 8)
        escaped += Array(("\\0" + String(repeating: "0", count: 3 - digits.utf8.count) + digits).utf8)
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
