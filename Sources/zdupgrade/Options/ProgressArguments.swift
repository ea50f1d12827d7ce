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

  /// How much is told.
  var detail: ProgressDetail { isQuiet ? .little : isVerbose ? .all : .usual }

  mutating func validate() throws {
    guard !isQuiet || !isVerbose else { throw ValidationError("--quiet and --verbose: give one of them") }
  }
}
