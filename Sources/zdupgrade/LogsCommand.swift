import ArgumentParser
import Foundation
import Records
import Upgrade

/// Prints a log of a run.
struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print the log of a run, or of a node in it, as it is.",
    discussion: "Without RUN the newest run is meant: 'logs', or 'logs NODE'.")

  @Argument(
    help: ArgumentHelp("The run's id or its beginning, as 'runs' lists it. (default: the newest)", valueName: "run"),
    completion: RunCompletion.kind)
  var beginning: String?

  @Argument(help: "The node. (default: the log of the run itself)")
  var node: String?

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  mutating func run() throws {
    try Self.copy(try log())
  }

  /// The path of the log that is meant.
  private func log() throws(Failure) -> String {
    guard let beginning, node == nil else {
      return try LogFolder.log(of: RunFolder.find(beginning, in: logDir), node: node)
    }
    do {
      return try LogFolder.log(of: RunFolder.find(beginning, in: logDir))
    } catch {
      // What is no run may be a node of the newest one.
      guard let path = try? LogFolder.log(of: RunFolder.find(nil, in: logDir), node: beginning) else { throw error }
      return path
    }
  }

  private static func copy(_ path: String) throws {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      while let piece = try file.read(upToCount: 1 << 16), !piece.isEmpty {
        // Who reads it may have seen enough.
        guard piece.withUnsafeBytes({ ProgressOutput.write($0, to: STDOUT_FILENO) }) else { return }
      }
    } catch {
      throw Failure(.io, "log \(path): cannot be printed: \(FileTrouble.text(error))")
    }
  }
}
