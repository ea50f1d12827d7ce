/// Exactly what a step does, as a value: it is printed by `plan` and performed by `CommandExecutor`.
public enum Action: Sendable, Hashable, Codable {
  /// Runs a command, which must exit 0 within `timeout` seconds (nil: however long it takes), and is ended then.
  case run(Command, timeout: Int?)
  /// Brings a process into a state, and sees that it is in it.
  case ensure(ProcessGoal)
  /// Waits until a health check answers.
  case answer(HealthCheck)
  /// Has the load balancer do something with the node.
  case balancer(BalancerAction)
  /// Has the product's own interface do something.
  case operation(Operation)
  /// Has a command of the operator's pass on the control node.
  case gate(Gate, GatePlace)
}

/// A process that shall run, or shall not.
public struct ProcessGoal: Sendable, Hashable, Codable {
  /// Whether a process runs.
  public enum State: String, Sendable, Hashable, Codable {
    case running
    case stopped
  }

  /// How it shall be.
  public let wanted: State
  /// Exits 0 when the process runs, and 1 when not.
  public let check: Command
  /// Asked in the same way when `check` exits with anything else.
  public let fallback: Command?
  /// Starts or stops it; run only when it is not as wanted already.
  public let act: Command
  /// Seconds from the start of `act` until the state must be seen. It is polled; nobody sleeps through it.
  public let deadline: Int
  /// Seconds for which a process that shall run, and does, is watched: it may still be ending, told so by a stop that
  /// took too long. 0 where no stop came before.
  public let settling: Int

  /// A goal.
  public init(
    _ wanted: State, check: Command, fallback: Command? = nil, act: Command, deadline: Int, settling: Int = 0
  ) {
    self.wanted = wanted
    self.settling = settling
    self.check = check
    self.fallback = fallback
    self.act = act
    self.deadline = deadline
  }
}

/// A health check over HTTP.
public struct HealthCheck: Sendable, Hashable, Codable {
  /// What is asked, with GET.
  public let url: String
  /// The status code that means healthy.
  public let expected: Int
  /// Seconds until it must have answered so; it is polled.
  public let deadline: Int

  /// A health check.
  public init(_ url: String, expected: Int = 200, deadline: Int) {
    self.url = url
    self.expected = expected
    self.deadline = deadline
  }
}

/// What the load balancer shall do with a node.
public enum BalancerAction: Sendable, Hashable, Codable {
  /// Send it no new request.
  case disable
  /// Wait until nothing is in flight to it; `deadline` in seconds.
  case drain(deadline: Int, DrainTimeout = .abort)
  /// See right before it is stopped that it is still out, that still nothing is in flight to it (unless it `mayBeBusy`,
  /// since its drain may have been cut short), and that the others still serve.
  case confirm(mayBeBusy: Bool)
  /// Send it requests again.
  case enable
  /// Wait until the balancer is seen to take it for a serving one; `deadline` in seconds.
  case serve(deadline: Int)
}

/// What follows when requests are still in flight to a node at the drain's deadline.
public enum DrainTimeout: String, Sendable, Hashable, Codable, CaseIterable {
  /// The drain has failed: the node is put back and nothing is stopped.
  case abort
  /// The node is stopped all the same; what is still in flight is lost, and the run says so.
  case force
}

extension Action {
  /// Whether it may be left before its end, since it only waits and nothing on the node is stopped yet.
  var mayBeLeft: Bool {
    switch self {
    case .balancer(.drain): true
    case .gate(let gate, _): gate.point == .beforeNode
    case .operation(let operation): operation.mayBeLeft
    case .run, .ensure, .answer, .balancer: false
    }
  }

  /// Whether it changes nothing anywhere, but looks, or waits until what it sees is as it should be.
  var onlyLooks: Bool {
    switch self {
    case .answer, .balancer(.drain), .balancer(.confirm), .balancer(.serve): true
    case .run, .ensure, .balancer(.disable), .balancer(.enable), .operation, .gate: false
    }
  }

  /// Whether doing it twice is more than seeing to a state twice.
  var isOneTime: Bool {
    switch self {
    case .run, .gate: true
    case .operation(let operation): operation.isOneTime
    case .ensure, .answer, .balancer: false
    }
  }

  /// The commands it may run on the node, in that order.
  public var commands: [Command] {
    switch self {
    case .run(let command, _): [command]
    case .ensure(let goal): [goal.check, goal.act]
    case .answer, .balancer, .gate, .operation: []
    }
  }

  /// The command lines that do it by hand; none where it takes more than that.
  public var lines: [String] {
    if case .operation(let operation) = self { operation.lines } else { commands.map(\.line) }
  }
}
