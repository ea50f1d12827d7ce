import ArgumentParser
import Foundation
import Records
import Rehearsal
import Upgrade

/// What `rehearse` takes beyond the options of `run`.
struct RehearseArguments: ParsableArguments {
  @Option(
    name: .customLong("fault"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Something that goes wrong, which fails where no kind is given; may be repeated.",
      valueName: "NODE:STEP[:KIND[:ARGUMENT]]"))
  var faults: [String] = []

  @Option(
    name: .customLong("speed"),
    help: "How many times faster than the night, 1 to 1000. (default: so that it ends within a minute or two)")
  var speed: Int?

  @Option(
    name: .customLong("durations"),
    help: ArgumentHelp(
      "How long steps take: a JSON file of steps and seconds, or an earlier run in --log_dir. (default: assumptions, which are shown)",
      valueName: "FILE|RUN"))
  var durations: String?

  @Flag(name: .customLong("keep"), help: "Keep the rehearsed run's folder, for 'zdupgrade report' and 'logs'.")
  var isKeeping = false

  /// The speed that was asked for.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  func chosenSpeed() throws(Failure) -> Int? {
    guard let speed else { return nil }
    guard RehearsalSpeed.range.contains(speed) else {
      throw Failure(.refused, "--speed: is \(speed), must be 1 to \(RehearsalSpeed.range.upperBound)")
    }
    return speed
  }

  /// The durations that are known; a name with a slash or an ending, or of a file that is there, is that of a file.
  ///
  /// - Throws: `Failure` that names the option, or the file and key.
  func known(nodes: [String], logDir: String) throws -> StepDurations {
    guard let durations else { return StepDurations([:]) }
    var isFolder: ObjCBool = false
    let isFile = FileManager.default.fileExists(atPath: durations, isDirectory: &isFolder) && !isFolder.boolValue
    if isFile || durations.contains("/") || durations.hasSuffix(".json") {
      guard let data = FileManager.default.contents(atPath: durations) else {
        throw Failure(.io, "--durations: \(durations): cannot be read")
      }
      return try DurationsFile.durations(json: data, file: durations, nodes: nodes)
    }
    let folder: RunFolder
    do {
      folder = try RunFolder.find(durations, in: logDir)
    } catch let failure {
      throw failure.inContext("--durations: '\(PlainText.oneLine(durations))' is neither a file nor a run")
    }
    var recorded = RecordedDurations()
    _ = try JournalReader(folder.journal).read { recorded.take($0) }
    guard !recorded.durations.entries.isEmpty else {
      throw Failure(
        .refused, "--durations: run \(folder.id) has not ended any step", remedy: "give a run that has come further")
    }
    return recorded.durations
  }
}
