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
    let logDir = Self.absolute(folder.logFolder)
    _ = FileManager.default.changeCurrentDirectoryPath(basis.directory)
    let new = OptionSpelling.withUnderscores(more ?? [])
    if !new.isEmpty { try BlueGreenRunCommand.checkMeaning(of: new) }
    var arguments = basis.arguments + new
    if more != nil, let config { arguments += ["--config", config] }
    var command = try BlueGreenRunCommand.parse(arguments)
    command.logDir = logDir
    command.roll.config = config ?? command.roll.config
    return (try command.order(arguments, forData: forData), command)
  }
}

extension BlueGreenRunCommand {
  /// Options that would be passed over are a mistake: the operator believes that they hold.
  ///
  /// - Parameter options: those behind `--` of `resume --replan`.
  /// - Throws: `Failure` of kind `.refused`.
  static func checkMeaning(of options: [String]) throws {
    let given = try parse(["--config", "-"] + options)
    guard !given.isDryRun else {
      throw Failure(.refused, "--dry_run: has no meaning with --replan, which shows what changes and asks")
    }
    guard given.logDir == "logs" else {
      throw Failure(.refused, "--log_dir: has no meaning behind '--'; the run's records stay where they are")
    }
  }
}
