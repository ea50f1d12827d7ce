import ArgumentParser
import Foundation
import Release
import Upgrade

/// The command line; `zdupgrade` alone means `zdupgrade run`.
@main
struct Zdupgrade: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zdupgrade",
    abstract: "Upgrades every node of an API gateway while traffic keeps flowing.",
    discussion: """
      Without a subcommand, 'run' is meant. Options may be spelled with hyphens instead of underscores.

      Exit codes: 0 success, 70 EXPORT_FAILED, 71 UPGRADE_FAILED, 72 PRE_APPLY_FAILED, 73 APPLY_FAILED, \
      74 POST_APPLY_FAILED, 75 ROLLBACK_FAILED, 76 PROBE_BUDGET_SPENT, 77 GATE_FAILED, 78 WINDOW_CLOSED, 80 FATAL_ERROR (wrong options or files, a problem \
      found before anything was changed, or the run was ended on the operator's word); 81 to 92 are those of 'bluegreen'.
      """,
    version: "zdupgrade \(Release.name)",
    groupedSubcommands: [
      CommandGroup(
        name: "Before the night",
        subcommands: [
          InitCommand.self, DiscoverCommand.self, CheckCommand.self, PlanCommand.self, RehearseCommand.self,
        ]),
      CommandGroup(
        name: "The night",
        subcommands: [
          RunCommand.self, StatusCommand.self, WatchCommand.self, ResumeCommand.self, RollbackCommand.self,
          LocksCommand.self, UnlockCommand.self,
        ]),
      CommandGroup(name: "What is left of it", subcommands: [RunsCommand.self, LogsCommand.self, ReportCommand.self]),
      CommandGroup(name: "webMethods API Gateway", subcommands: [BlueGreenCommand.self, GatewayCommand.self]),
    ],
    defaultSubcommand: RunCommand.self)

  static func main() async {
    // Who reads what is printed may go away; that ends no run.
    signal(SIGPIPE, SIG_IGN)
    atexit { ProgressOutput.flushAll() }
    do {
      var command = try parseAsRoot(OptionSpelling.withUnderscores(Array(CommandLine.arguments.dropFirst())))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as Failure {
      Console.complain(failure.description)
      Foundation.exit(Status.fatalError.code)
    } catch {
      end(with: error)
    }
  }

  /// Help and version are no errors; anything that ArgumentParser refuses is a fatal error of ours.
  private static func end(with error: any Error) -> Never {
    let code = exitCode(for: error)
    guard code == .validationFailure || code == .failure else { exit(withError: error) }
    let commands = configuration.subcommands.compactMap { $0.configuration.commandName }
    Console.complain(
      ArgumentTrouble.text(fullMessage(for: error), Array(CommandLine.arguments.dropFirst()), commands: commands))
    Foundation.exit(Status.fatalError.code)
  }
}
