import ArgumentParser

/// The single operations of a blue-green upgrade by hand, for the operator in trouble.
struct GatewayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway",
    abstract: "Do a single operation on one webMethods API Gateway, by hand.",
    discussion: """
      The gateway is a node of a blue-green file (--config and --node), or any (--url and --user). What cannot be taken \
      back asks first, or needs --yes. Exit codes: 0 done, 80 failed, not allowed, or not known whether it was done.
      """,
    subcommands: [
      GatewayQuiesceCommand.self, GatewayPortCommand.self, GatewayMigrateCommand.self, GatewayWebhookCommand.self,
      GatewayShutdownCommand.self, GatewayHealthCommand.self,
    ])
}
