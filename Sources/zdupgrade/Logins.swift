import CommandHandlers
import Foundation
import SSH
import Upgrade

/// How each host is logged in to: the file's settings over the options, over what the operator's own `ssh` would do.
struct Logins: Sendable {
  /// How many jump hosts may lie behind one another before they are taken for a circle.
  private static let longestWay = 8

  private let policy: HostKeyPolicy?
  private let connectTime: Int?
  private let sharesChannel: Bool
  private let home = NSHomeDirectory()
  private let agentSocket = ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"]
  /// Nil where no OpenSSH client is installed.
  private let client: OpenSSHClient?
  private let withheld: [String]
  private var passphrase: SSHSecret?
  private let password: SSHSecret?
  /// What sudo wants on the nodes; nil where it asks for nothing.
  let becomePassword: Secret?

  /// Logins by these options. The keys' passphrase is asked for where a key of `fleet` is encrypted, none was given, and
  /// no agent is there that may have the key.
  ///
  /// - Throws: `Failure` when a secret cannot be read.
  init(_ arguments: SSHArguments, secrets: LoginSecretArguments, for fleet: Fleet) throws(Failure) {
    if let time = arguments.connectTime, !(1...3600).contains(time) {
      throw Failure(.refused, "--connect_time: is \(time), must be 1 to 3600")
    }
    policy = arguments.hostKeyPolicy
    connectTime = arguments.connectTime
    sharesChannel = !arguments.hasChannelPerCommand
    withheld = fleet.secretVariables
    client = try Self.client(arguments, fleet)
    password = try secrets.password().map { SSHSecret($0.reveal()) }
    becomePassword = try secrets.becomePassword()
    let source = secrets.keyPassphrase
    var secret = try source.given()
    let hasAgent = agentSocket?.isEmpty == false
    if secret == nil, !hasAgent, Prompt.isPossible,
      fleet.hosts.contains(where: { host in
        host.isCommanded && host.ssh.identityFile.map(SSHTarget.isEncryptedIdentity) == true
      })
    {
      secret = try source.ask()
    }
    passphrase = secret.map { SSHSecret($0.reveal()) }
  }

  private static func client(_ arguments: SSHArguments, _ fleet: Fleet) throws(Failure) -> OpenSSHClient? {
    if let client = OpenSSHClient(configFile: arguments.configFile, withholding: fleet.secretVariables) {
      return client
    }
    guard arguments.configFile == nil else {
      throw Failure(
        .refused, "--ssh_config: no OpenSSH client is installed, which would read it",
        remedy: "install openssh-client, or give all in 'ssh' of the file")
    }
    if !fleet.commanded.isEmpty {
      Console.progress(
        ["note: no OpenSSH client is installed: ~/.ssh/config and the system's SSH configuration are not read"])
    }
    return nil
  }

  /// How `host` is logged in to with these settings.
  ///
  /// - Throws: `Failure` for what is wrong in the operator's SSH configuration.
  func target(_ ssh: SSHSettings, host: String) async throws(Failure) -> SSHTarget {
    let settings = try await client?.settings(for: host, user: ssh.user, port: ssh.port)
    var target = try self.target(ssh, host, settings)
    if let settings { target.jumps = try await jumps(settings, to: host, tokens(ssh, host, settings)) }
    return target
  }

  /// The hosts on the way to `host`, the first one first; the first has a way of its own.
  private func jumps(
    _ settings: ClientSettings, to host: String, _ tokens: ClientTokens, depth: Int = 0
  ) async throws(Failure) -> [SSHTarget] {
    var targets: [SSHTarget] = []
    for text in settings.proxyJump {
      guard let hop = JumpText(tokens.expand(text)) else {
        throw Failure(.refused, "SSH configuration: ProxyJump of \(host): '\(PlainText.oneLine(text))' is no host")
      }
      guard hop.host != host, depth < Self.longestWay else {
        throw Failure(.refused, "SSH configuration: ProxyJump of \(host) goes in a circle by \(hop.host)")
      }
      let ssh = SSHSettings(port: hop.port, user: hop.user)
      let settings = try await client?.settings(for: hop.host, user: hop.user, port: hop.port)
      if targets.isEmpty, let settings {
        targets = try await jumps(settings, to: hop.host, self.tokens(ssh, hop.host, settings), depth: depth + 1)
      }
      var target = try self.target(ssh, hop.host, settings)
      if !targets.isEmpty { target.proxy = nil }
      targets.append(target)
    }
    return targets
  }

  /// What the tokens in settings for `host` stand for.
  private func tokens(_ ssh: SSHSettings, _ host: String, _ settings: ClientSettings?) -> ClientTokens {
    ClientTokens(
      name: host, host: settings?.hostName ?? host, port: ssh.port ?? settings?.port ?? 22,
      user: ssh.user ?? settings?.user ?? NSUserName(), home: home, localUser: NSUserName())
  }

  private func target(
    _ ssh: SSHSettings, _ host: String, _ settings: ClientSettings?
  ) throws(Failure) -> SSHTarget {
    let tokens = tokens(ssh, host, settings)
    let usual = SSHTarget.defaultIdentityFiles(home: home)
    let known = settings?.knownHostsFiles.map(tokens.path) ?? SSHTarget.defaultKnownHostsFiles(home: home)
    var target = SSHTarget(
      host: tokens.host, port: tokens.port, user: tokens.user, identityFile: ssh.identityFile,
      defaultIdentityFiles: settings?.identityFiles.map(tokens.path) ?? usual, passphrase: passphrase,
      agentSocket: agent(settings, tokens), knownHostsFiles: ssh.knownHostsFile.map { [$0] } ?? known,
      hostKeyPolicy: policy ?? Self.policy(settings),
      connectTimeout: .seconds(connectTime ?? settings?.connectTimeout ?? 10))
    target.password = password
    target.sharesChannel = sharesChannel
    target.isCompressed = settings?.isCompressed ?? false
    target.certificateFiles = settings?.certificateFiles.map(tokens.path) ?? []
    target.hostKeyAlias = settings?.hostKeyAlias
    target.areIdentitiesOnly = settings?.areIdentitiesOnly ?? false
    if let interval = settings?.serverAliveInterval, interval > 0 { target.keepAliveInterval = .seconds(interval) }
    if let command = settings?.proxyCommand {
      guard let line = tokens.shellLine(command) else {
        throw Failure(
          .refused,
          "SSH configuration: ProxyCommand of \(PlainText.oneLine(host)): the host's or user's name in it would mean "
            + "something to a shell", remedy: "give another name, or reach the host without a ProxyCommand")
      }
      target.proxy = ProxyProcess.proxy(line, withholding: withheld)
    }
    return target
  }

  private func agent(_ settings: ClientSettings?, _ tokens: ClientTokens) -> String? {
    guard let named = settings?.identityAgent else { return agentSocket }
    if named == "none" { return nil }
    guard named.hasPrefix("$") else { return tokens.path(named) }
    return ProcessInfo.processInfo.environment[String(named.dropFirst())]
  }

  /// An unknown key is never taken without being kept, and one that differs never at all.
  private static func policy(_ settings: ClientSettings?) -> HostKeyPolicy {
    switch settings?.strictHostKeyChecking {
    case "accept-new", "no", "off", "false": .acceptNew
    default: .strict
    }
  }
}
