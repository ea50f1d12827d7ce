import ArgumentParser
import Foundation
import Records
import Upgrade

/// Where a topology file is written to.
struct OutputArguments: ParsableArguments {
  @Option(
    name: .customLong("output"),
    help: "The file to write; - is standard output. (default: discover: -, init: topology.json)")
  var output: String?

  @Flag(name: .customLong("force"), help: "Replace the file if it is there.")
  var isForced = false

  /// The file; nil for standard output.
  func file(_ standard: String?) -> String? {
    let path = output ?? standard
    return path == "-" ? nil : path
  }

  /// Says that `file` is there already, before anything is asked.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  func check(_ file: String?) throws(Failure) {
    guard let file else { return }
    guard !file.isEmpty else { throw Failure(.refused, "--output: is empty; give a file, or - for standard output") }
    var isFolder = ObjCBool(false)
    let isThere = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
    guard !isFolder.boolValue else { throw Failure(.refused, "--output: \(file): is a folder; give a file") }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    guard access(folder, W_OK | X_OK) == 0 else {
      throw Failure(
        .io, "--output: \(file): cannot be made in \(folder): \(String(cString: strerror(errno)))",
        remedy: "give a file in a folder that is there and that you may write to")
    }
    guard !isThere || isForced else {
      throw Failure(
        .refused, "--output: \(file): is there already", remedy: "give another file, or --force to replace it")
    }
  }

  /// Writes `text`.
  ///
  /// - Throws: `Failure` when it cannot be written, or a file has come to be there.
  func write(_ text: String, to file: String?) throws(Failure) {
    guard let file else {
      ProgressOutput.write(text, to: STDOUT_FILENO)
      return
    }
    if isForced { try PrivateFile.replace(file, with: text) } else { try PrivateFile.create(file, with: text) }
    Console.progress(["topology: \(file)"])
  }
}
