import Hummingbird
import Upgrade

/// `/shutdown`.
struct ShutdownResource: AdminResource {
  let lifecycle: GatewayLifecycle
  let faults: GatewayFaultInjector

  func methods(at path: [String]) -> [HTTPRequest.Method] { path.isEmpty ? [.post] : [] }

  func answer(_ call: HTTPCall) async -> ServerAnswer {
    guard let fields = call.fields, case .string(let option)? = fields["option"],
      let bounce = Self.bool(fields["bounce"]), let quiesce = Self.bool(fields["quiesce"]),
      let minutes = Self.minutes(fields["timeout"]),
      let end = GatewayEnd(option: option, minutes: minutes, isBounce: bounce, isQuiescing: quiesce)
    else { return .refusal(.badRequest, "The shutdown needs the option force or drain.") }
    var answer = ServerAnswer(
      .ok,
      .object([
        "bounce": .bool(bounce), "option": .string(option), "timeout": .string("\(minutes)"),
        "quiesce": .bool(quiesce), "message": .string("Server shutdown is in progress."),
      ]))
    answer.afterwards = { lifecycle.end(end) }
    return faults.silencing(.shutdown, answer)
  }

  private static func bool(_ value: Setting?) -> Bool? {
    switch value {
    case nil: false
    case .bool(let bool): bool
    default: nil
    }
  }

  private static func minutes(_ value: Setting?) -> Int? {
    switch value {
    case nil: GatewayEnd.standardMinutes
    case .number(let number): Int(exactly: number).flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil }
    default: nil
    }
  }
}
