import ArgumentParser
import Upgrade
import WebMethods

/// Whether a command waits for the end of what it began.
struct GatewayWait: ParsableArguments {
  @Option(
    name: .customLong("wait"),
    help: ArgumentHelp("Wait until it is over, for so many seconds at most.", valueName: "SECONDS"))
  var seconds: Int?

  /// - Throws: `Failure` of kind `.refused` that names the option.
  func check() throws(Failure) {
    guard let seconds, !(1...604_800).contains(seconds) else { return }
    throw Failure(.refused, "--wait: is \(seconds), must be 1 to 604800")
  }

  /// Waits for the end of `title`, as far as it is wanted; `look` says how far it is.
  ///
  /// - Returns: whether it was waited for, and it is a success then.
  /// - Throws: `Failure` when it fails or takes too long.
  func end(of title: String, _ look: () async throws -> ActionProgress?) async throws -> Bool {
    guard let seconds else { return false }
    var last: ActionProgress?
    let end = try await EventPolling.value(
      within: .seconds(seconds), every: .seconds(1), wokenBy: NoWebhookEvents(), by: ContinuousClock()
    ) { () async throws -> ActionProgress? in
      last = try await look()
      return last.flatMap { $0.isUnderWay ? nil : $0 }
    }
    switch end {
    case .success: return true
    case .failure: throw Failure(.gateway, "\(title): \(end?.description ?? "")")
    case .underWay, nil:
      throw Failure(.timeout, "\(title): not over after \(seconds) s: \(last?.description ?? "no status")")
    }
  }
}
