import Upgrade

/// What the operator has ordered, of whichever product.
protocol RunOrder: Sendable {
  /// The hosts.
  var fleet: Fleet { get }
  /// How they are logged in to.
  var logins: Logins { get }
  /// What is asked through the load balancer meanwhile.
  var probes: ProbeSetup { get }
  /// Who is told of it.
  var notices: NoticeTargets { get }
  /// What commands on nodes are given.
  var secrets: [SecretName: Secret] { get }
  /// What follows a failure.
  var rollbackHelper: any RollbackHelper { get }
  /// What the locks say why the nodes are in use.
  var reason: String { get }
  /// The folder of the logs.
  var logDir: String { get }
  /// How many seconds a node that is not reached any more is tried again.
  var reconnectTime: Int { get }
  /// How many nodes are worked on at the same time.
  var forks: Int { get }
  /// Whether each node is shown at the end, however many there are.
  var showsAllNodes: Bool { get }
  /// When nodes may be begun; nil at any time.
  var window: ChangeWindow? { get }
  /// Whether the operator is not asked what to do where a node does not fit into the window.
  var isAnswered: Bool { get }
  /// The command that goes on with such a run, without its arguments.
  var resumeCommand: String { get }

  /// What performs the product's operations.
  ///
  /// - Parameters:
  ///   - http: what asks the nodes' own interfaces.
  ///   - local: what runs commands on the control node.
  func operations(http: any HTTPExchange, local: CommandRunner, journal: any Journal) -> any OperationPerformer

  /// What asks the nodes' health checks where plain requests do not; nil where they do.
  ///
  /// - Parameter http: what sends the requests.
  func healthProbe(http: any HTTPExchange) -> (any HealthProbe)?
}

extension RunOrder {
  func operations(http: any HTTPExchange, local: CommandRunner, journal: any Journal) -> any OperationPerformer {
    NoOperations()
  }

  func healthProbe(http: any HTTPExchange) -> (any HealthProbe)? { nil }
}
