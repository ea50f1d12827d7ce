import Hummingbird
import Upgrade

/// The services of the Integration Server below `/invoke`. They are not the gateway's: no quiesce mode stops them.
struct ServerServices: Sendable {
  let ports: PortRegistry
  let lifecycle: GatewayLifecycle
  let faults: GatewayFaultInjector

  /// The answer; `call` is what comes below `/invoke`.
  func answer(_ call: HTTPCall) async -> ServerAnswer {
    let path = call.path.count == 1 ? call.path[0].split(separator: ":").map(String.init) : call.path
    switch path {
    case ["wm.server.quiesce", "setQuiescePort"]:
      guard [.put, .post].contains(call.method) else { return .methodNotAllowed([.put, .post]) }
      if let answer = await faults.meet(.ports, call) { return answer }
      return await setQuiescePort(call)
    case ["wm.server.admin", "shutdown"]:
      guard call.method == .post else { return .methodNotAllowed([.post]) }
      if let answer = await faults.meet(.shutdown, call) { return answer }
      return faults.silencing(.shutdown, shutdown(call))
    default: return .refusal(.notFound, "There is no service \(path.joined(separator: "/")).")
    }
  }

  private func setQuiescePort(_ call: HTTPCall) async -> ServerAnswer {
    guard case .string(let alias)? = call.fields?["portAlias"] else {
      return .refusal(.badRequest, "The portAlias is missing.")
    }
    do {
      try await ports.setQuiescePort(alias)
      return ServerAnswer(.ok, .object(["message": .string("The quiesce port is \(alias).")]))
    } catch {
      return .refusal(.internalServerError, Failure.from(error, as: .io).message)
    }
  }

  private func shutdown(_ call: HTTPCall) -> ServerAnswer {
    guard let fields = call.fields, case .string(let option)? = fields["option"],
      let bounce = Self.yesOrNo(fields["bounce"]), let minutes = Self.minutes(fields["timeout"]),
      let end = GatewayEnd(option: option, minutes: minutes, isBounce: bounce, isQuiescing: false)
    else { return .refusal(.badRequest, "The shutdown needs bounce (yes or no) and the option force or drain.") }
    var answer = ServerAnswer(.ok, .object(["message": .string("Server shutdown is in progress.")]))
    answer.afterwards = { lifecycle.end(end) }
    return answer
  }

  private static func yesOrNo(_ value: Setting?) -> Bool? {
    switch value {
    case nil, .string("no"): false
    case .string("yes"): true
    default: nil
    }
  }

  private static func minutes(_ value: Setting?) -> Int? {
    switch value {
    case nil: GatewayEnd.standardMinutes
    case .number(let number): Int(exactly: number)
    case .string(let text): Int(text)
    default: nil
    }
  }
}
