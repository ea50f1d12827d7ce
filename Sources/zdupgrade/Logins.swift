import Foundation
import SSH
import Upgrade

/// How each host is logged in to: the file's settings over the options and the defaults of SSH.
struct Logins: Sendable {
  private let policy: HostKeyPolicy
  private let connectTime: Int
  private let home = NSHomeDirectory()
  private let agentSocket = ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"]
  private var passphrase: Passphrase?

  /// Logins by these options. The keys' passphrase is asked for where a key of `fleet` is encrypted, none was given, and
  /// no agent is there that may have the key.
  ///
  /// - Throws: `Failure` when the passphrase cannot be read.
  init(_ arguments: SSHArguments, passphrase source: SecretSource, for fleet: Fleet) throws(Failure) {
    guard (1...3600).contains(arguments.connectTime) else {
      throw Failure(.refused, "--connect_time: is \(arguments.connectTime), must be 1 to 3600")
    }
    policy = arguments.hostKeyPolicy
    connectTime = arguments.connectTime
    var secret = try source.given()
    let hasAgent = agentSocket?.isEmpty == false
    if secret == nil, !hasAgent, Prompt.isPossible,
      fleet.hosts.contains(where: { $0.isCommanded && target($0.ssh, host: $0.address).hasEncryptedIdentity })
    {
      secret = try source.ask()
    }
    passphrase = secret.map { Passphrase($0.reveal()) }
  }

  /// How `host` is logged in to with these settings.
  func target(_ ssh: SSHSettings, host: String) -> SSHTarget {
    SSHTarget(
      host: host, port: ssh.port ?? 22, user: ssh.user ?? NSUserName(), identityFile: ssh.identityFile,
      defaultIdentityFiles: SSHTarget.defaultIdentityFiles(home: home), passphrase: passphrase,
      agentSocket: agentSocket,
      knownHostsFiles: ssh.knownHostsFile.map { [$0] } ?? SSHTarget.defaultKnownHostsFiles(home: home),
      hostKeyPolicy: policy, connectTimeout: .seconds(connectTime))
  }
}
