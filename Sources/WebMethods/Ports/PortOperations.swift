import Upgrade

extension GatewayClient {
  private static let package = "WmRoot"

  /// The gateway's ports.
  ///
  /// - Throws: `Failure`.
  public func ports() async throws -> [GatewayPort] {
    let call = GatewayCall.get("list the ports", url.administration("/ports"))
    let answer = try await answer(to: call, orAny: [])
    guard case .array(let list) = AnswerReader(answer.body)?.value("listeners") else {
      throw unreadable(answer, to: call)
    }
    return list.compactMap { if case .object(let object) = $0 { GatewayPort(AnswerReader(object)) } else { nil } }
  }

  /// Makes `port`, not enabled yet. Sent once; `ports` tells whether it is there.
  ///
  /// - Throws: `Failure`; of kind `.unreachable` or `.timeout` where the answer is lost.
  public func createPort(_ port: QuiescePort) async throws {
    let call = GatewayCall(
      title: "create port \(port.number)", method: "POST", url: url.administration("/ports"),
      body: [
        "factoryKey": .string("webMethods/HTTP"), "pkg": .string(Self.package), "port": .string(String(port.number)),
        "portAlias": .string(port.alias),
      ], isRepeatable: false)
    _ = try await answer(to: call, orAny: [])
  }

  /// Has `port` take requests.
  ///
  /// - Throws: `Failure`.
  public func enablePort(_ port: QuiescePort) async throws {
    let call = GatewayCall(
      title: "enable port \(port.number)", method: "PUT", url: url.administration("/ports/enable"),
      body: [
        "listenerKey": .string(port.listenerKey), "pkg": .string(Self.package), "requestServiceStatus": .string(""),
      ], isRepeatable: true)
    _ = try await answer(to: call, orAny: [])
  }

  /// Makes `port` the one that stays open when everything is quiesced.
  ///
  /// - Throws: `Failure`.
  public func setQuiescePort(_ port: QuiescePort) async throws {
    let call = GatewayCall(
      title: "make \(port.alias) the quiesce port", method: "PUT",
      url: url.service("wm.server.quiesce/setQuiescePort"), body: ["portAlias": .string(port.alias)],
      isRepeatable: true)
    _ = try await answer(to: call, orAny: [])
  }

  /// Sees that `port` is there, takes requests and is the quiesce port; can be repeated, also after a crash within it.
  ///
  /// - Returns: whether it had to be made.
  /// - Throws: `Failure`; of kind `.refused` where its number or alias is another port's.
  @discardableResult
  public func ensureQuiescePort(_ port: QuiescePort) async throws -> Bool {
    var found = try await find(port)
    let isNew = found == nil
    if isNew {
      do {
        try await createPort(port)
      } catch let failure as Failure where Self.isLost(failure) {
        found = try await find(port)
        if found == nil { throw failure }
      }
    }
    if found?.isEnabled != true { try await enablePort(port) }
    try await setQuiescePort(port)
    return isNew
  }

  private func find(_ port: QuiescePort) async throws -> GatewayPort? {
    let same = try await ports().first { $0.number == port.number || $0.alias == port.alias }
    guard let same else { return nil }
    let number = same.number.map(String.init) ?? "?"
    guard same.number == port.number else {
      throw Failure(
        .refused, "create port \(port.number) on \(name): alias \(port.alias) is that of port \(number) already",
        remedy: "give that number, or another alias")
    }
    guard same.alias == port.alias else {
      throw Failure(
        .refused, "create port \(port.number) on \(name): port \(number) is there, with alias \(same.alias ?? "none")",
        remedy: "give a number that is free, or that alias if the port is made for quiescing")
    }
    return same
  }
}
