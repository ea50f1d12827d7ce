import ArgumentParser
import Axway
import Upgrade
import WebMethods

/// Which gateway is meant, and who asks it.
struct GatewayArguments: ParsableArguments {
  @Option(name: .customLong("config"), help: "The blue-green file that has the gateway.", completion: .file())
  var config: String?

  @Option(name: .customLong("node"), help: "Its name there.")
  var node: String?

  @Option(name: .customLong("url"), help: "The gateway's URL instead, like https://gw-1.example.com:5543.")
  var url: String?

  @Option(name: .customLong("user"), help: "With --url: its administrator. (default: Administrator)")
  var user: String?

  @Option(
    name: .customLong("password_file"),
    help: "With --url: a file with the administrator's password. (else: ZDU_PASSWORD, or a prompt)", completion: .file()
  )
  var passwordFile: String?

  @Option(
    name: .customLong("ca_file"), help: "With --url: a file of PEM certificates that are trusted besides.",
    completion: .file())
  var caFile: String?

  @Flag(name: .customLong("insecure"), help: "With --url: take any certificate.")
  var isInsecure = false

  @Option(name: .customLong("answer_time"), help: "Seconds within which each answer must come. (default: 30)")
  var answerTime: Int?

  @Option(name: .customLong("format"), help: "text, or json for one document.")
  var format = OutputFormat.text

  /// What is meant: the node, and the file that has it.
  struct Target {
    let node: GatewayNode
    /// Nil where the gateway was given by its URL.
    let settings: BlueGreenSettings?
    let answerTime: Duration
    /// The administrator's password, not asked for yet.
    let password: () throws(Failure) -> Secret

    /// Whether the file has the node among the new ones; nil where there is no file.
    var isNew: Bool? { settings.map { settings in settings.new?.nodes.contains { $0.name == node.name } ?? false } }
  }

  /// What is meant; nothing is asked.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the option, or for what is wrong in the file.
  func target() throws(Failure) -> Target {
    if let answerTime, !(1...3600).contains(answerTime) {
      throw Failure(.refused, "--answer_time: is \(answerTime), must be 1 to 3600")
    }
    switch (config, url) {
    case (let config?, nil): return try target(config)
    case (nil, let url?): return try target(url: url)
    case (nil, nil): throw Failure(.refused, "no gateway; give --config and --node, or --url and --user")
    case (.some, .some): throw Failure(.refused, "--url: has no meaning with --config; give one of the two")
    }
  }

  /// Has `body` work with what asks the gateway; asks for the password before.
  ///
  /// - Throws: `Failure`, and what `body` throws.
  func withClient<T>(
    _ target: Target, _ body: (GatewayClient) async throws -> T
  ) async throws -> T {
    let password = try target.password()
    return try await Assembly.withRequests { http in
      try await body(target.node.client(password: password, answerTime: target.answerTime, http: http))
    }
  }

  private func target(_ config: String) throws(Failure) -> Target {
    for (option, isGiven) in [
      ("--user", user != nil), ("--password_file", passwordFile != nil), ("--ca_file", caFile != nil),
      ("--insecure", isInsecure),
    ] where isGiven {
      throw Failure(.refused, "\(option): has no meaning with --config, which says that itself")
    }
    guard let name = node else { throw Failure(.refused, "--node: is missing; which one of \(config)?") }
    let settings = try BlueGreenFile.settings(config)
    let node: GatewayNode
    do { node = try settings.node(named: name) } catch { throw error.inContext("--node") }
    return Target(
      node: node, settings: settings,
      answerTime: answerTime.map(Duration.seconds) ?? settings.times[.answer]
    ) { () throws(Failure) in try node.login.password.secret("password of \(node.login.username) on \(node.name)") }
  }

  private func target(url text: String) throws(Failure) -> Target {
    guard node == nil else { throw Failure(.refused, "--node: has no meaning with --url; give --config") }
    guard let url = GatewayURL(text) else {
      let shown = text.contains("@") ? "holds a user or password" : "'\(PlainText.oneLine(text))' is no URL"
      throw Failure(.refused, "--url: \(shown); give it like https://gw-1.example.com:5543")
    }
    let user = user ?? "Administrator"
    guard !user.isEmpty, !user.contains(":") else { throw Failure(.refused, "--user: is empty, or holds a colon") }
    guard caFile == nil || !isInsecure else {
      throw Failure(.refused, "--ca_file: has no meaning with --insecure; give one of the two")
    }
    let source = SecretSource(
      what: "password of \(user)", option: "--password_file", variable: "ZDU_PASSWORD", file: passwordFile)
    let node = GatewayNode(
      name: "\(url.host):\(url.port)", url: url, login: LoginSetting(username: user, password: .prompt),
      trust: TLSTrust(caFile: caFile, isInsecure: isInsecure))
    return Target(node: node, settings: nil, answerTime: .seconds(answerTime ?? 30)) { () throws(Failure) in
      try source.givenOrAsked()
    }
  }
}
