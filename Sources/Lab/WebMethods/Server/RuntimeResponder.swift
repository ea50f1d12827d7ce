import Hummingbird
import Upgrade

/// Answers calls of APIs, `/gateway/NAME/VERSION/...`, in the place of the services behind the gateway.
struct RuntimeResponder: Sendable {
  let options: APIGatewayOptions
  let catalog: APICatalog
  let log: TransactionLog
  let faults: GatewayFaultInjector

  /// The answer; `call` is what comes below `/gateway`. With the query `ms` it takes so long.
  func answer(_ call: HTTPCall) async -> ServerAnswer {
    if let answer = await faults.meet(.traffic, call) { return answer }
    guard call.path.count >= 2, let api = catalog.find(call.path[0], call.path[1]) else {
      return ServerAnswer(.notFound, .object(["Exception": .string("Unknown API.")]))
    }
    if let delay = call.query["ms"].flatMap(Int.init) {
      do {
        try await Task.sleep(for: .milliseconds(min(max(delay, 0), 60_000)))
      } catch {
        // Cut off: nobody gets an answer, so there is no transaction.
        return ServerAnswer(.serviceUnavailable)
      }
    }
    // Before the answer, so that nothing that a client has seen is not counted.
    log.note(api, sequence: call.headers[.sequence])
    var answer = ServerAnswer(.ok, .object(body(api)))
    answer.headers[.sequence] = call.headers[.sequence]
    return answer
  }

  /// It reads as an answer of the lab's other product, too, so that the same clients can count who answered.
  private func body(_ api: APICatalog.API) -> [String: Setting] {
    [
      "node": .string(options.name), "instance": .string("default"), "group": .string("gateway"),
      "version": .string(options.version.rawValue), "api": .string(api.name), "apiVersion": .string(api.version),
      "fix": .string(TextFile.read(options.fixFile)?.split(separator: "\n").first.map(String.init) ?? ""),
    ]
  }
}
