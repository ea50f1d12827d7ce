import Upgrade

/// One gateway node, as the configuration file has it.
public struct GatewayNode: Sendable, Hashable {
  /// The node's name, unique among all nodes of both sides.
  public let name: String
  /// Where its Integration Server answers.
  public let url: GatewayURL
  /// Its administrator.
  public let login: LoginSetting
  /// Whose certificate it may have.
  public let trust: TLSTrust
  /// The port through which it is asked once it is quiesced for all; nil where the file has none.
  public let quiescePort: QuiescePort?
  /// The node's name in the load balancer.
  public let loadBalancerServer: String?
  /// How its host is reached: its own settings over the file-wide ones.
  public let ssh: SSHSettings
  /// The gates before and after this node.
  public let hooks: [Gate]

  /// A node.
  public init(
    name: String, url: GatewayURL, login: LoginSetting, trust: TLSTrust = TLSTrust(), quiescePort: QuiescePort? = nil,
    loadBalancerServer: String? = nil, ssh: SSHSettings = SSHSettings(), hooks: [Gate] = []
  ) {
    self.name = name
    self.url = url
    self.login = login
    self.trust = trust
    self.quiescePort = quiescePort
    self.loadBalancerServer = loadBalancerServer
    self.ssh = ssh
    self.hooks = hooks
  }

  /// The host's name or address, without the brackets of IPv6: where SSH connects to unless it is said otherwise.
  public var host: String { url.host.hasPrefix("[") ? String(url.host.dropFirst().dropLast()) : url.host }

  /// The node as the engine and the load balancers see it.
  ///
  /// - Parameter group: whose traffic it serves.
  public func node(in group: String) -> Node {
    Node(
      name: name, host: host, groups: [group], loadBalancerServer: loadBalancerServer, healthURLs: [url.health],
      become: ssh.become)
  }

  /// What asks this node.
  ///
  /// - Parameters:
  ///   - password: what the login's reference leads to.
  ///   - answerTime: within which each answer must come.
  public func client(
    password: Secret, answerTime: Duration, http: any HTTPExchange, clock: any Clock<Duration> = ContinuousClock()
  ) -> GatewayClient {
    GatewayClient(
      name: name, url: url, login: .init(user: login.username, password: password), trust: trust,
      answerTime: answerTime, http: http, clock: clock)
  }
}
