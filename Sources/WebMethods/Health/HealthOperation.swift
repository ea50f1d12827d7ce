import Upgrade

extension GatewayClient {
  /// How the gateway feels. Asked once, since whoever waits for it asks again anyway.
  ///
  /// - Throws: `CancellationError`, or `Failure` for what no gateway can be blamed for.
  public func health(_ part: HealthPart = .summary) async throws -> HealthAnswer {
    let call = GatewayCall.get("ask for the health", url.administration("/health\(part.rawValue)"))
    do {
      let answer = try await withoutRetry.answer(to: call)
      guard answer.status == 200 else { return .refused(status: answer.status, failure(answer, to: call)) }
      return .answered(AnswerReader(answer.body).flatMap(Self.health))
    } catch let failure as Failure where Self.isLost(failure) {
      return .silent(failure)
    }
  }

  /// `/health/all` has a status for each part and none for the whole.
  private static func health(_ answer: AnswerReader) -> GatewayHealth? {
    let parts = ["admin", "engine", "external"].compactMap { answer.object($0) }
    let said = ([answer] + parts).compactMap { $0.string("status") }
    return said.compactMap { GatewayHealth(rawValue: $0.lowercased()) }.reduce(nil) { $0?.and($1) ?? $1 }
  }
}
