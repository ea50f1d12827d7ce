/// Where to log in, as whom, with what, and whom to believe.
public struct SSHTarget: Sendable {
  /// The host's name or address.
  public var host: String
  /// The TCP port.
  public var port: Int
  /// The user to log in as.
  public var user: String
  /// The private key's file; where it is nil, the agent's keys and then `defaultIdentityFiles` are tried.
  public var identityFile: String?
  /// Private keys to try where `identityFile` is nil; those that are not there are passed over. The agent's of them come
  /// first of the agent's.
  public var defaultIdentityFiles: [String]
  /// Decrypts the private key.
  public var passphrase: SSHSecret?
  /// Is tried behind the keys, where the server takes passwords.
  public var password: SSHSecret?
  /// The agent's socket, that is `SSH_AUTH_SOCK`; nil asks none.
  public var agentSocket: String?
  /// The files of known host keys; the first gets new ones.
  public var knownHostsFiles: [String]
  /// What to do with a host whose key is not known.
  public var hostKeyPolicy: HostKeyPolicy
  /// How long each address of the host has to accept the connection.
  public var connectTimeout: Duration
  /// How long the handshake and the login may take together.
  public var loginTimeout: Duration
  /// The name by which the host is known in `known_hosts`, without a port; nil for its own.
  public var hostKeyAlias: String?
  /// The hosts that are gone through, the first one first; the host is then named as the last of them knows it.
  public var jumps: [SSHTarget] = []
  /// Makes the connection in place of TCP.
  public var proxy: SSHProxy?
  /// Whether no key of the agent is tried but those whose files are named.
  public var areIdentitiesOnly = false
  /// Whether what is sent and received is compressed, where the server does that too.
  public var isCompressed = false
  /// Whether a process on the host may run commands one after another over one channel, where it has Perl.
  public var sharesChannel = true
  /// The user's certificates, each beside the private key that it is for.
  public var certificateFiles: [String] = []
  /// How often the server is shown that we are there; after three of these without an answer the connection is lost.
  public var keepAliveInterval: Duration

  /// A target; the defaults are those of `ssh`, except that no file and no agent is used that is not named.
  public init(
    host: String, port: Int = 22, user: String, identityFile: String? = nil, defaultIdentityFiles: [String] = [],
    passphrase: SSHSecret? = nil, agentSocket: String? = nil, knownHostsFiles: [String],
    hostKeyPolicy: HostKeyPolicy = .strict, connectTimeout: Duration = .seconds(10),
    loginTimeout: Duration = .seconds(30), keepAliveInterval: Duration = .seconds(15)
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.identityFile = identityFile
    self.defaultIdentityFiles = defaultIdentityFiles
    self.passphrase = passphrase
    self.agentSocket = agentSocket
    self.knownHostsFiles = knownHostsFiles
    self.hostKeyPolicy = hostKeyPolicy
    self.connectTimeout = connectTimeout
    self.loginTimeout = loginTimeout
    self.keepAliveInterval = keepAliveInterval
  }

  /// The files that `ssh` uses for a user with this home folder: the usual keys in `~/.ssh`, best first.
  public static func defaultIdentityFiles(home: String) -> [String] {
    ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(home)/.ssh/\($0)" }
  }

  /// The files that `ssh` uses for a user with this home folder: the user's, then the system's.
  public static func defaultKnownHostsFiles(home: String) -> [String] {
    ["\(home)/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"]
  }

  /// `user@host`, with the port where it is not 22; for messages.
  var name: String { "\(user)@\(host)" + (port == 22 ? "" : " port \(port)") }
}
