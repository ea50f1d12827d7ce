import ArgumentParser
import FoundationEssentials
import Lab

/// `zdulab traffic`.
struct TrafficCommand: AsyncParsableCommand {
  /// How the result is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "traffic", abstract: "Send a mixed load to all groups of a lab, and account for every request.",
    discussion: """
      GET and POST, connections that are kept and a new one for each request, slow answers, chunked ones and streams. \
      Each request has a name, and the instance that serves it writes it down; at the end both sides are compared. \
      Lost: no whole answer. Duplicated: served more than once. Errors: the lost ones, other answers than expected, and \
      answers that no instance gave. Raced: the server closed the kept connection in the moment in which the request was \
      sent, and no instance has seen it; a GET was sent again then, as any client does, a POST was not. An answer may \
      take 60 s.

      Ends after --seconds, or with SIGINT or SIGTERM. Exits with 1 when a group with more than one instance lost, \
      duplicated or got wrong anything.
      """)

  @Argument(help: "The lab's folder.")
  var directory: String

  @OptionGroup var shape: LoadShape

  @Option(name: .customLong("seconds"), help: "For how long; default: until it is told to stop.")
  var seconds: Int?

  @Option(name: .customLong("format"), help: "How the result is printed.")
  var format = Format.text

  func validate() throws {
    guard (1...86_400).contains(seconds ?? 1) else { throw ValidationError("--seconds must be 1 to 86400.") }
  }

  func run() async throws {
    let report = try await orExit {
      try await LoadRun.run(shape.options, on: try Lab.open(directory), seconds: seconds)
    }
    switch format {
    case .text: print(LoadTable(report).text)
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
    if !report.isClean { throw ExitCode(1) }
  }
}
