import ArgumentParser

/// The blue-green upgrade of webMethods API Gateway.
struct BlueGreenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bluegreen",
    abstract: "Upgrade webMethods API Gateway: a new side takes over from the old one, or a fix goes node by node.",
    discussion: """
      The file's profile says which of the vendor's procedures is followed: major, minor-cluster or minor-standalone. \
      Passwords come from where the file says: the environment, a file or a prompt. 'runs', 'logs', 'locks' and 'unlock' \
      serve these runs too, and 'gateway' does every single operation by hand.

      Exit codes: 0 success, 81 START_FAILED, 82 CLEAN_FAILED, 83 QUIESCE_DESIGNTIME_FAILED, 84 REINDEX_CORE_FAILED, \
      85 TRANSFORM_FAILED, 86 RESTART_FAILED, 87 TRAFFIC_FAILED, 88 QUIESCE_ALL_FAILED, 89 REINDEX_LOGS_FAILED, \
      90 SHUTDOWN_FAILED, 91 FIX_FAILED, 92 START_NEW_FAILED; 75 to 77 and 80 as with 'run'.
      """,
    subcommands: [
      BlueGreenPlanCommand.self, BlueGreenRunCommand.self, BlueGreenResumeCommand.self, BlueGreenRollbackCommand.self,
      BlueGreenStatusCommand.self,
    ])
}
