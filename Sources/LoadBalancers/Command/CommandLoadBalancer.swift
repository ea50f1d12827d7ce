import Upgrade

/// The driver `command`: the operator's own program does it.
///
/// It is called with `enable`, `disable` or `drained` behind its arguments and one JSON object (`name`, `host`,
/// `loadBalancerServer`, `groups`) on standard input; it exits with 0 when that is done, with 75 when not yet, and with
/// anything else when it failed. It has no word for "how does it stand", so what was last done is remembered. It may be
/// called for several nodes at once.
public actor CommandLoadBalancer: LoadBalancerDriver {
  /// `command`.
  public static let name = "command"
  /// `command` is the program and its arguments; `timeout` is the seconds that one operation may take, 60 by default.
  public static let keys = ["command", "timeout"]

  private enum Verb: String { case enable, disable, drained }

  private static let notYet: Int32 = 75

  private let command: [String]
  private let timeout: Duration
  private let surroundings: Surroundings
  private let shell: BalancerShell
  private var standings: [String: Standing] = [:]
  private var isExecutable = false

  /// The operator's command; whether it can be executed is seen when it is needed.
  public init(_ settings: SettingReader, in surroundings: Surroundings) throws(Failure) {
    guard let command = try settings.strings("command") else {
      throw settings.complaint("command", "is missing: the list of the program and its arguments")
    }
    guard let program = command.first else { throw settings.complaint("command", "is an empty list") }
    guard program.hasPrefix("/") || !program.contains("/") else {
      throw settings.complaint("command[0]", "'\(program)' is neither an absolute path nor a name to be found in PATH")
    }
    self.command = command
    self.surroundings = surroundings
    timeout = .seconds(try settings.integer("timeout", in: 1...86_400) ?? 60)
    shell = BalancerShell(handler: surroundings.local, node: "localhost")
  }

  /// Calls `disable` until it says done; when it fails, `enable` is called once to put back what it may have done.
  public func disable(_ node: Node) async throws {
    try await checkExecutable()
    standings[node.name] = .unknown
    do {
      try await untilDone(.disable, node, surroundings.clock)
    } catch {
      try await putBack(node, after: error)
      throw error
    }
    standings[node.name] = .disabled
  }

  /// Calls `drained` once.
  public func isDrained(_ node: Node) async throws -> DrainState {
    try await checkExecutable()
    if let reason = try await call(.drained, node, timeout) { return .draining(inFlight: nil, reason) }
    return .drained
  }

  /// Calls `enable` until it says done; when it fails, nobody knows how the node stands.
  public func enable(_ node: Node) async throws {
    try await checkExecutable()
    standings[node.name] = .unknown
    try await untilDone(.enable, node, surroundings.clock)
    standings[node.name] = .enabled
  }

  /// What was last done with success, unknown before that.
  public func standing(of node: Node) async throws -> Standing { standings[node.name] ?? .unknown }

  private func untilDone(_ verb: Verb, _ node: Node, _ clock: some Clock<Duration>) async throws {
    let deadline = clock.now.advanced(by: timeout)
    while let reason = try await call(verb, node, max(clock.now.duration(to: deadline), .seconds(1))) {
      // A call that is begun gets at least a second, or its end would be taken for a fault of the program.
      guard clock.now.advanced(by: .seconds(2)) < deadline else {
        throw Failure(.balancer, "\(line(verb)): still not done after \(timeout.inSeconds): \(reason)", exitCode: 124)
      }
      try await clock.sleep(for: .seconds(1))
    }
  }

  /// Calls the program once: nil when it is done, what it says when it is not yet.
  private func call(_ verb: Verb, _ node: Node, _ timeout: Duration) async throws -> String? {
    let answer: BalancerShell.Answer
    do {
      answer = try await shell.run(
        #"exec "$@""#, command + [verb.rawValue], input: CommandInput(node).bytes, timeout: timeout
      ) { [surroundings] in await surroundings.output(node, $0) }
    } catch let failure as Failure {
      throw failure.inContext(line(verb))
    }
    switch answer.exit {
    case .code(0): return nil
    case .code(Self.notYet): return answer.lines.last ?? "the balancer's command says not yet"
    case .code(let code):
      throw Failure(.balancer, "\(line(verb)): exited with \(code)", exitCode: code, evidence: answer.lines)
    case .signal(let name):
      throw Failure(.balancer, "\(line(verb)): was ended by signal \(name)", evidence: answer.lines)
    }
  }

  private func putBack(_ node: Node, after error: any Error) async throws {
    do {
      try await Task { try await self.enable(node) }.value
    } catch let second {
      let (first, second) = (Failure.from(error, as: .balancer), Failure.from(second, as: .balancer))
      throw Failure(
        .balancer, "\(first.message); then \(second.message)", exitCode: first.exitCode,
        evidence: first.evidence + second.evidence, remedy: "see on the balancer how \(node.name) stands")
    }
  }

  /// The shell's own codes for this, 126 and 127, may as well be the program's.
  private func checkExecutable() async throws {
    guard !isExecutable else { return }
    let script = #"case $1 in /*) [ -f "$1" ] && [ -x "$1" ];; *) command -v -- "$1" >/dev/null;; esac"#
    guard try await shell.run(script, [command[0]]).exit == .code(0) else {
      let reason = command[0].hasPrefix("/") ? "is not an executable file" : "is not found in PATH"
      throw Failure(.balancer, "the balancer's command \(command[0]) \(reason)")
    }
    isExecutable = true
  }

  private func line(_ verb: Verb) -> String {
    Command(words: (command + [verb.rawValue]).map(Command.Word.text)).line
  }
}
