import ArgumentParser
import Upgrade
import WebMethods

/// What a webhook does, by the options.
struct WebhookContent: ParsableArguments {
  @Option(name: .customLong("call"), help: ArgumentHelp("What the gateway calls.", valueName: "URL"))
  var url: String?

  @Option(
    name: .customLong("event"), parsing: .singleValue,
    help: "An event's name, like migration:reindex:core:completed; may be repeated.")
  var events: [String] = []

  @Option(
    name: .customLong("header"), parsing: .singleValue,
    help: ArgumentHelp(
      "A header that is sent along, which must be no secret; may be repeated.", valueName: "NAME=VALUE"))
  var headers: [String] = []

  @Option(name: .customLong("call_user"), help: "Who the gateway says it is there.")
  var user: String?

  @Option(
    name: .customLong("call_password_file"),
    help: "With --call_user: a file with the password. (else: ZDU_WEBHOOK_PASSWORD, or a prompt)", completion: .file())
  var passwordFile: String?

  @Option(name: .customLong("truststore_alias"), help: "The gateway's store of the certificates that it trusts there.")
  var truststoreAlias: String?

  @Flag(name: .customLong("active"), help: "It is called; a new one is without this too.")
  var isActivated = false

  @Flag(name: .customLong("inactive"), help: "It is not called for now.")
  var isDeactivated = false

  /// A new webhook.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the option.
  func new() throws(Failure) -> Webhook {
    guard let url else { throw Failure(.refused, "--call: is missing: what is the gateway to call?") }
    guard !events.isEmpty else { throw Failure(.refused, "--event: is missing: which events is it told of?") }
    return Webhook(
      url: try checked(url), headers: try allHeaders() ?? [:], login: try login(for: user),
      truststoreAlias: truststoreAlias, events: events, isActive: try activity() ?? true)
  }

  /// `known` with what the options say otherwise.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the option.
  func over(_ known: Webhook) throws(Failure) -> Webhook {
    Webhook(
      id: known.id, url: try url.map { url throws(Failure) in try checked(url) } ?? known.url,
      headers: try allHeaders() ?? known.headers, login: try login(for: user ?? known.login?.user),
      truststoreAlias: truststoreAlias ?? known.truststoreAlias, events: events.isEmpty ? known.events : events,
      isActive: try activity() ?? known.isActive)
  }

  private func activity() throws(Failure) -> Bool? {
    guard !isActivated || !isDeactivated else {
      throw Failure(.refused, "--inactive: contradicts --active; give one of the two")
    }
    return isActivated ? true : isDeactivated ? false : nil
  }

  private func checked(_ url: String) throws(Failure) -> String {
    guard let parts = URLText(url), !parts.host.isEmpty, !url.contains(where: \.isWhitespace) else {
      throw Failure(.refused, "--call: '\(PlainText.oneLine(url))' is no URL like http://10.0.0.9:8099/events")
    }
    guard !parts.host.contains("@") else {
      throw Failure(.refused, "--call: holds a user or password; give --call_user")
    }
    return url
  }

  private func allHeaders() throws(Failure) -> [String: String]? {
    guard !headers.isEmpty else { return nil }
    var all: [String: String] = [:]
    for header in headers {
      guard let sign = header.firstIndex(of: "="), sign != header.startIndex else {
        throw Failure(.refused, "--header: '\(PlainText.oneLine(header))' is not like NAME=VALUE")
      }
      all[String(header[..<sign])] = String(header[header.index(after: sign)...])
    }
    return all
  }

  private func login(for user: String?) throws(Failure) -> HTTPQuestion.Login? {
    guard let user else {
      guard passwordFile == nil else {
        throw Failure(.refused, "--call_password_file: has no meaning without --call_user")
      }
      return nil
    }
    let source = SecretSource(
      what: "password of \(user) for the webhook", option: "--call_password_file", variable: "ZDU_WEBHOOK_PASSWORD",
      file: passwordFile)
    return .init(user: user, password: try source.givenOrAsked())
  }
}
