import Glibc

/// What a simulated tool prints: on standard output and, for the steps of `sysupgrade`, in the step's log.
struct ToolOutput: Sendable {
  /// The log's file; nil for none.
  var log: String?
  /// Whether it also prints on standard output.
  var isPrinting = true

  /// Prints one or more lines. Errors go the same way, so that their order is kept; what the real tool does is unknown.
  func say(_ text: String) {
    if isPrinting { _ = TextFile.write(Array("\(text)\n".utf8), to: STDOUT_FILENO) }
    if let log { TextFile.append("\(text)\n", to: log) }
  }
}
