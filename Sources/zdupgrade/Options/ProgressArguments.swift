import ArgumentParser

/// How much of a run is told while it runs, and in which form.
struct ProgressArguments: ParsableArguments {
  @Option(
    name: .customLong("format"),
    help:
      "text, or json: each event as a line of JSON on standard output, as the journal has it, in place of the table."
  )
  var format = OutputFormat.text

  @Flag(name: .customLong("quiet"), help: "Of the progress tell only what fails.")
  var isQuiet = false

  @Flag(name: .customLong("verbose"), help: "Tell each command, too, and every line that it prints.")
  var isVerbose = false

  @Flag(name: .customLong("plain"), help: "On a terminal, too, tell it line by line, and do not take the whole screen.")
  var isPlain = false

  /// Whether the run is shown on the whole terminal, where there is one.
  var isLive: Bool { !isPlain && !isQuiet && !isVerbose && format == .text }

  /// How much is told.
  var detail: ProgressDetail { isQuiet ? .little : isVerbose ? .all : .usual }

  mutating func validate() throws {
    guard !isQuiet || !isVerbose else { throw ValidationError("--quiet and --verbose: give one of them") }
  }
}
