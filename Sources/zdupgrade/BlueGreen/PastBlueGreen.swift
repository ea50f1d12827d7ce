import Foundation
import Upgrade

// A run of `zdupgrade bluegreen run`.
extension PastRun {
  /// What was ordered, and the command that did. The process goes to the folder that the paths were meant from, if that is
  /// there.
  ///
  /// - Parameters:
  ///   - config: the blue-green file, where it is in another place now.
  ///   - more: options that hold from now on, over those of the run; nil where the run is to be as it was begun.
  ///   - forData: whether data may still be copied.
  /// - Throws: `Failure` or `ExitCode` for what is wrong with it.
  func blueGreenOrder(
    config: String?, more: [String]? = nil, forData: Bool = true
  ) throws -> (order: BlueGreenOrder, command: BlueGreenRunCommand) {
    let config = config.map(Self.absolute)
    _ = FileManager.default.changeCurrentDirectoryPath(basis.directory)
    let new = OptionSpelling.withUnderscores(more ?? [])
    let given = try BlueGreenRunCommand.parse(["--config", "-"] + new)
    try Replan.checkMeaning(isDryRun: given.isDryRun, logDir: given.logDir)
    var arguments = basis.arguments + new
    if more != nil, let config { arguments += ["--config", config] }
    var command = try BlueGreenRunCommand.parse(arguments)
    command.logDir = folder.logFolder
    command.roll.config = config ?? command.roll.config
    return (try command.order(arguments, forData: forData), command)
  }
}
