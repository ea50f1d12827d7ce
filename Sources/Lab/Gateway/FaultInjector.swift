import Glibc

/// Makes happen what a fault says, at the place in a tool where it would.
struct FaultInjector: Sendable {
  let installation: Installation
  let output: ToolOutput
  /// Whether a step takes its time; not as a part of another one.
  var isPaced = true

  /// The fault set for `step` on this node, which happens now.
  func fault(_ step: Fault.Step) -> Fault? {
    let store = FaultStore(layout: installation.lab.layout)
    guard let fault = store.fault(step, on: installation.node.name) else { return nil }
    store.noteMet(fault)
    return fault
  }

  /// Lets `step` take its time, and then its fault happen, if there is one; returns when the step goes on.
  ///
  /// - Parameter text: what `fail` prints where the fault does not say.
  /// - Throws: `ToolFailure` when the step ends here.
  func meet(_ step: Fault.Step, failingWith text: String) async throws {
    if isPaced { try await DelayStore(layout: installation.lab.layout).take(step, on: installation.node.name) }
    guard let fault = fault(step) else { return }
    switch fault.kind {
    case .fail: throw Self.failure(fault.argument, default: text)
    case .hang: try await Task.sleep(for: .seconds(1_000_000))
    case .slow: try await Task.sleep(for: .seconds(Double(fault.argument) ?? 5))
    case .drop: try drop(fault)
    case .warn:
      let standard = "RBAC permissions file has been modified on old system."
      output.say("WARN: \(fault.argument.isEmpty ? standard : fault.argument)")
    case .chatter:
      let line = String(repeating: "chatter ", count: 16).dropLast()
      for _ in 0..<(Int(fault.argument) ?? 100) * 8 { output.say(String(line)) }
    case .crash, .unhealthy, .broken, .refuse: break
    }
  }

  /// What `fail` with `argument` (`CODE`, `TEXT` or `CODE:TEXT`) ends with.
  static func failure(_ argument: String, default text: String) -> ToolFailure {
    let words = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let code = Int32(words[0]), (1...255).contains(code) else {
      return argument.isEmpty ? ToolFailure(text: text, exitCode: ToolFailure.failedStep) : ToolFailure(argument)
    }
    return words.count > 1 ? ToolFailure(String(words[1]), exitCode: code) : ToolFailure(text: text, exitCode: code)
  }

  /// Cuts all of the node's SSH connections; the tool itself need not be in one of them.
  private func drop(_ fault: Fault) throws {
    let sessions = SSHServer.sessions(in: installation.lab.layout.sshd(installation.node.name))
    guard !sessions.isEmpty else { throw ToolFailure("The fault 'drop' needs an SSH connection to cut.") }
    for session in sessions { kill(session, SIGKILL) }
    if fault.argument != "continue" { throw ToolFailure(text: "", exitCode: 255) }
  }
}
