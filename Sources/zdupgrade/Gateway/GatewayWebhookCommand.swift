import ArgumentParser
import Upgrade
import WebMethods

/// Looks after a gateway's webhooks.
struct GatewayWebhookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhook", abstract: "List, make, change, show or remove webhooks.",
    subcommands: [List.self, Create.self, Update.self, Get.self, Delete.self])

  /// Lists all.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the gateway's webhooks; a password is never shown.")

    @OptionGroup var gateway: GatewayArguments

    mutating func run() async throws {
      let hooks = try await gateway.withClient(try gateway.target()) { try await $0.webhooks() }.map(WebhookLine.init)
      try gateway.format.show(hooks) { hooks.flatMap(\.lines) }
    }
  }

  /// Shows one.
  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "get", abstract: "Show one webhook; its password is never shown.")

    @OptionGroup var gateway: GatewayArguments
    @Argument(help: "The webhook's id, as 'webhook list' shows it.") var id: String

    mutating func run() async throws {
      let (target, id) = (try gateway.target(), id)
      guard let hook = try await gateway.withClient(target, { try await $0.webhook(id) }) else {
        throw GatewayWebhookCommand.unknown(id, target)
      }
      let line = WebhookLine(hook)
      try gateway.format.show(line) { line.lines }
    }
  }

  /// Makes one.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a webhook.")

    @OptionGroup var gateway: GatewayArguments
    @OptionGroup var content: WebhookContent

    mutating func run() async throws {
      let target = try gateway.target()
      let hook = try content.new()
      let made = WebhookLine(try await gateway.withClient(target) { try await $0.createWebhook(hook) })
      try gateway.format.show(made) { made.lines }
    }
  }

  /// Changes one.
  struct Update: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "update", abstract: "Change a webhook; what is not given stays as it is.",
      discussion: "A gateway does not show a webhook's password, so that is to be given again where there is one.")

    @OptionGroup var gateway: GatewayArguments
    @OptionGroup var content: WebhookContent
    @Argument(help: "The webhook's id, as 'webhook list' shows it.") var id: String

    mutating func run() async throws {
      let (target, id, content) = (try gateway.target(), id, content)
      let changed = try await gateway.withClient(target) { client in
        guard let known = try await client.webhook(id) else { throw GatewayWebhookCommand.unknown(id, target) }
        var hook = try content.over(known)
        hook.id = id
        guard try await client.updateWebhook(hook) else { throw GatewayWebhookCommand.unknown(id, target) }
        return hook
      }
      let line = WebhookLine(changed)
      try gateway.format.show(line) { line.lines }
    }
  }

  /// Removes one.
  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Remove a webhook.", discussion: "One that is not there is no failure.")

    @OptionGroup var gateway: GatewayArguments
    @Argument(help: "The webhook's id, as 'webhook list' shows it.") var id: String

    mutating func run() async throws {
      let (target, id) = (try gateway.target(), id)
      let wasThere = try await gateway.withClient(target) { try await $0.deleteWebhook(id) }
      let result = GatewayResult(
        node: target.node.name, operation: "delete webhook \(id)", outcome: wasThere ? .done : .nothingThere)
      try gateway.format.show(result) { result.lines }
    }
  }

  private static func unknown(_ id: String, _ target: GatewayArguments.Target) -> Failure {
    Failure(.refused, "\(target.node.name) has no webhook '\(PlainText.oneLine(id))'", remedy: "ask 'webhook list'")
  }
}
