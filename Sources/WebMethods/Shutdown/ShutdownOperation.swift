import Upgrade

extension GatewayClient {
  /// Tells the gateway to shut down. Sent once.
  ///
  /// - Parameters:
  ///   - isRestarted: whether it comes up again.
  ///   - isFlushed: whether it flushes its counters first; it is quiesced when it comes up again then.
  /// - Throws: `Failure`.
  public func shutDown(
    _ option: ShutdownOption, isRestarted: Bool, isFlushed: Bool = false
  ) async throws -> ShutdownStart {
    var body: [String: Setting] = ["bounce": .bool(isRestarted), "quiesce": .bool(isFlushed)]
    switch option {
    case .force: body["option"] = .string("force")
    case .drain(let minutes):
      body["option"] = .string("drain")
      body["timeout"] = .number(Double(minutes))
    }
    let call = GatewayCall(
      title: isRestarted ? "restart the gateway" : "shut the gateway down", method: "POST",
      url: url.administration("/shutdown"), body: body, isRepeatable: false)
    do {
      _ = try await answer(to: call, orAny: [])
      return .accepted
    } catch let failure as Failure where Self.isLost(failure) {
      return .answerLost(failure)
    }
  }

  /// Tells the Integration Server itself to shut down, as it can be also while the gateway refuses that: by its design
  /// time or, through the quiesce port, as a whole. It does not come up again. Sent once.
  ///
  /// - Parameter minutes: how long its clients have.
  /// - Throws: `Failure`.
  public func shutDownServer(minutes: Int) async throws -> ShutdownStart {
    let call = GatewayCall(
      title: "shut the server down", method: "POST", url: url.service("wm.server.admin/shutdown"),
      body: ["bounce": .string("no"), "option": .string("drain"), "timeout": .string(String(minutes))],
      isRepeatable: false)
    do {
      _ = try await answer(to: call, orAny: [])
      return .accepted
    } catch let failure as Failure where Self.isLost(failure) {
      return .answerLost(failure)
    }
  }
}
