import Glibc
import Upgrade

/// Makes happen what the faults of one gateway say.
struct GatewayFaultInjector: Sendable {
  let store: GatewayFaultStore?
  let gateway: String

  /// The fault set for `step` now.
  func fault(_ step: GatewayFault.Step) -> GatewayFault? { store?.fault(step, on: gateway) }

  /// Lets the fault of an action happen; returns when the action goes on.
  ///
  /// - Throws: `Failure` with the reason when it ends here.
  func meet(_ step: GatewayFault.Step) async throws {
    guard let fault = fault(step) else { return }
    switch fault.kind {
    case .fail:
      throw Failure(.exit, fault.argument.isEmpty ? "The lab's fault '\(step.rawValue)' is set." : fault.argument)
    case .die: await die()
    case .hang, .slow: await wait(fault)
    case .error, .drop, .red, .yellow: break
    }
  }

  /// Lets the fault of a call happen.
  ///
  /// - Returns: the answer, where the call is not answered as usual.
  func meet(_ step: GatewayFault.Step, _ call: HTTPCall) async -> ServerAnswer? {
    guard let fault = fault(step) else { return nil }
    switch fault.kind {
    case .error where fault.argument.isEmpty || fault.argument == call.method.rawValue:
      return .refusal(.internalServerError, "The lab's fault '\(step.rawValue)' is set.")
    case .die: await die()
    case .hang, .slow: await wait(fault)
    case .fail, .drop, .red, .yellow, .error: break
    }
    return nil
  }

  /// The answer, which promises what then does not happen where the fault `fail` is set.
  func silencing(_ step: GatewayFault.Step, _ answer: ServerAnswer) -> ServerAnswer {
    guard fault(step)?.kind == .fail else { return answer }
    var silenced = answer
    silenced.afterwards = nil
    return silenced
  }

  /// The answer that came before it may still be on its way.
  private func die() async {
    try? await Task.sleep(for: .milliseconds(50))
    kill(getpid(), SIGKILL)
  }

  private func wait(_ fault: GatewayFault) async {
    let end = ContinuousClock.now + .seconds(fault.kind == .slow ? Double(fault.argument) ?? 5 : 1_000_000)
    while ContinuousClock.now < end, self.fault(fault.step) == fault, !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(20))
    }
  }
}
