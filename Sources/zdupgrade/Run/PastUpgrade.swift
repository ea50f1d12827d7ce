import ArgumentParser
import Axway
import Foundation
import Upgrade

// A run of `zdupgrade run`.
extension PastRun {
  /// What was ordered, with what is given now in place of what was given then. The process goes to the folder that the
  /// paths were meant from, if that is there.
  ///
  /// - Parameters:
  ///   - config: the topology file, where it is in another place now.
  ///   - window: the change window, where there is another one now.
  ///   - more: options that hold from now on, over those of the run; nil where the run is to be as it was begun.
  /// - Throws: `Failure` or `ExitCode` for what is wrong with it.
  func order(
    _ continuation: Continuation, config: String?, secrets: SecretArguments, window: WindowArguments? = nil,
    more: [String]? = nil
  ) throws -> UpgradeOrder {
    let secrets = secrets.absolute
    let config = config.map(Self.absolute)
    _ = FileManager.default.changeCurrentDirectoryPath(basis.directory)
    var arguments = basis.arguments + OptionSpelling.withUnderscores(more ?? [])
    if more != nil, let config { arguments += ["--config", config] }
    var command = try RunCommand.parse(arguments)
    let given = try RunCommand.parse(OptionSpelling.withUnderscores(more ?? []))
    try Replan.checkMeaning(isDryRun: given.isDryRun, logDir: given.logDir)
    command.logDir = folder.logFolder
    command.roll.upgrade.config = config ?? command.roll.upgrade.config
    command.roll.secrets = secrets.over(command.roll.secrets)
    if let window, window.isGiven { command.roll.window = window }
    return try command.order(
      arguments, isAsking: more != nil, secrets: continuation == .rollback ? \.rollbackSecrets : \.secrets)
  }

  /// Sees that `order` still means the same plan.
  ///
  /// - Parameter remedy: what else the operator can do than to put it back as it was.
  /// - Throws: `Failure` of kind `.refused` that names what changed.
  func compare(_ order: UpgradeOrder, remedy: String) throws {
    let observed = basis.observed.compactMapValues(Observation.init(text:))
    let plan = try order.plan(observed: observed)
    try compare(
      try order.basis(of: plan, observed: observed), plan,
      named: "the topology (\(order.file ?? "the reference topology"))", remedy: remedy)
  }
}

extension SecretArguments {
  /// The same with paths from the root.
  fileprivate var absolute: SecretArguments {
    var changed = self
    changed.passwordFile = passwordFile.map(PastRun.absolute)
    changed.cassandraPasswordFile = cassandraPasswordFile.map(PastRun.absolute)
    changed.domainPassphraseFile = domainPassphraseFile.map(PastRun.absolute)
    changed.login = login.absolute
    return changed
  }

  /// These files, and `others` where none is given here.
  fileprivate func over(_ others: SecretArguments) -> SecretArguments {
    var merged = others
    merged.passwordFile = passwordFile ?? others.passwordFile
    merged.cassandraPasswordFile = cassandraPasswordFile ?? others.cassandraPasswordFile
    merged.domainPassphraseFile = domainPassphraseFile ?? others.domainPassphraseFile
    merged.login = login.over(others.login)
    return merged
  }
}
