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
}
