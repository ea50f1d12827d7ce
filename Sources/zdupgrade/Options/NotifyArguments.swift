import ArgumentParser
import Foundation
import Upgrade

/// Who is told at the start, at each finished node, on failure and at the end.
struct NotifyArguments: ParsableArguments {
  @Option(
    name: .customLong("notify_url"), parsing: .singleValue,
    help:
      "A URL that is sent a JSON object (POST) at the start, at each finished node, on failure, pause and end; may be repeated."
  )
  var urls: [String] = []

  @Option(
    name: .customLong("notify_url_file"), help: "A file with such URLs, a line each: for those that hold a token.",
    completion: .file())
  var urlFile: String?

  @Option(
    name: .customLong("notify_command"), parsing: .singleValue,
    help: "A shell command on this machine that reads the same JSON on standard input; may be repeated.")
  var commands: [String] = []

  /// Where notices go.
  ///
  /// - Throws: `Failure` that names the option.
  func targets() throws(Failure) -> NoticeTargets {
    for url in urls {
      if let problem = ProbeSettings.problem(url: url) { throw Failure(.refused, "--notify_url: \(problem)") }
    }
    if commands.contains(where: \.isEmpty) { throw Failure(.refused, "--notify_command: is empty") }
    return NoticeTargets(urls: (urls + (try inFile())).map(Secret.init), commands: commands)
  }

  private func inFile() throws(Failure) -> [String] {
    guard let urlFile else { return [] }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: urlFile))
    } catch {
      throw Failure(.io, "--notify_url_file: \(urlFile): cannot be read: \(FileTrouble.text(error))")
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    for (index, line) in lines.enumerated() where ProbeSettings.problem(url: line) != nil {
      throw Failure(
        .refused, "--notify_url_file: \(urlFile): line \(index + 1) is no URL like https://chat.example.com/hook")
    }
    return lines
  }
}
