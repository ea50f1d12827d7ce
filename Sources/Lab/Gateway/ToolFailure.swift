/// Why a simulated tool ended without success: what it prints, and its exit code.
struct ToolFailure: Error, Sendable, Hashable {
  let text: String
  let exitCode: Int32

  /// The exit code of a failed step in the vendor's sample.
  static let failedStep: Int32 = 100
  /// A command line that makes no sense.
  static let usage: Int32 = 2

  /// `text` as it is.
  init(text: String, exitCode: Int32) {
    self.text = text
    self.exitCode = exitCode
  }

  /// `ERROR: <message>` and the exit code of a failed step.
  init(_ message: String, exitCode: Int32 = ToolFailure.failedStep) {
    self.init(text: "ERROR: \(message)", exitCode: exitCode)
  }
}
