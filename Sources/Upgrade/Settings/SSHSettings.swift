/// How a node is reached; what is nil comes from the file-wide settings, then from the defaults of SSH.
public struct SSHSettings: Sendable, Hashable, Codable {
  /// The address to connect to; the node's `host` where it is nil.
  public var address: String?
  /// The TCP port; 22 where it is nil.
  public var port: Int?
  /// The user to log in as; the current user where it is nil.
  public var user: String?
  /// The private key's file; the usual ones in `~/.ssh` and the agent where it is nil.
  public var identityFile: String?
  /// The file of known host keys; `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts` where it is nil.
  public var knownHostsFile: String?
  /// The user that commands run as, by sudo; the one who logs in where it is nil.
  public var become: String?

  /// Settings, all optional.
  public init(
    address: String? = nil, port: Int? = nil, user: String? = nil, identityFile: String? = nil,
    knownHostsFile: String? = nil, become: String? = nil
  ) {
    self.address = address
    self.port = port
    self.user = user
    self.identityFile = identityFile
    self.knownHostsFile = knownHostsFile
    self.become = become
  }

  /// These settings, with `defaults` for what they leave open.
  public func over(_ defaults: SSHSettings) -> SSHSettings {
    SSHSettings(
      address: address ?? defaults.address, port: port ?? defaults.port, user: user ?? defaults.user,
      identityFile: identityFile ?? defaults.identityFile, knownHostsFile: knownHostsFile ?? defaults.knownHostsFile,
      become: become ?? defaults.become)
  }

  /// The same without `become` where that is who logs in, so that one node can do without what holds for all.
  public var withoutNeedlessBecome: SSHSettings {
    var ssh = self
    if become == user { ssh.become = nil }
    return ssh
  }
}

extension SSHSettings {
  /// The keys of an object `ssh`.
  public static let keys = ["address", "port", "user", "identityFile", "knownHostsFile", "become"]

  /// Reads an object `ssh`, whose keys were checked.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public init(_ reader: SettingReader, _ paths: PathResolver) throws(Failure) {
    self.init(
      address: try reader.string("address"), port: try reader.integer("port", in: 1...65535),
      user: try reader.string("user"), identityFile: try reader.string("identityFile").map(paths.resolve),
      knownHostsFile: try reader.string("knownHostsFile").map(paths.resolve), become: try Self.become(reader))
  }

  /// The object `ssh` of `parent`; nil where there is none.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public static func within(_ parent: SettingReader, _ paths: PathResolver) throws(Failure) -> SSHSettings? {
    guard let reader = try parent.object("ssh", keys: keys) else { return nil }
    return try SSHSettings(reader, paths)
  }

  /// The object `ssh` of the whole file, which holds for every node.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public static func defaults(_ top: SettingReader, _ paths: PathResolver) throws(Failure) -> SSHSettings {
    let defaults = try within(top, paths) ?? SSHSettings()
    if let address = defaults.address {
      throw top.complaint("ssh.address", "'\(address)' would be the address of every node; give it in nodes[].ssh")
    }
    return defaults
  }

  /// How a load balancer's host is reached: its own settings over `defaults`.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public static func ofBalancer(
    _ reader: SettingReader, _ paths: PathResolver, over defaults: SSHSettings
  ) throws(Failure) -> SSHSettings {
    let own = try SSHSettings(reader, paths)
    var ssh = own.over(defaults)
    // The gateways' user is hardly ever the balancer's, so who is to be become there is named there.
    ssh.become = own.become
    return ssh
  }

  private static func become(_ reader: SettingReader) throws(Failure) -> String? {
    guard let user = try reader.string("become") else { return nil }
    do { return try Become(user).user } catch { throw reader.complaint("become", error.description) }
  }
}
