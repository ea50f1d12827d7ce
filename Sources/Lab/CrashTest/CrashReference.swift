import Upgrade

/// What an upgrade comes to that nothing disturbs.
struct CrashReference: Sendable {
  /// How many entries its journal has.
  let entries: Int
  /// The entry behind which the plan is known.
  let plan: Int
  /// How many steps were begun, those that take others back among them.
  let steps: Int
  /// How it all stands then.
  let state: FinalState

  /// Runs one.
  ///
  /// - Throws: `Failure` of kind `.exit` when it does not end as its case has to.
  static func run(_ kind: CrashCase, _ options: CrashTestOptions, folder: String) async throws -> CrashReference {
    try await CrashStage.with(kind, options, folder: folder) { stage in
      let traffic = await CrashTraffic.begin(on: stage.lab)
      let code: Int32
      do { code = try await stage.run() } catch {
        _ = await traffic.end()
        throw error
      }
      let failed = await traffic.end()
      guard code == kind.exitCode, failed.failed == 0 else {
        throw Failure(
          .exit, "the undisturbed upgrade (\(kind.rawValue)) ended with \(code), and \(failed.failed) requests failed",
          evidence: stage.seen + failed.reasons)
      }
      let journal = stage.journal
      return CrashReference(
        entries: journal.count, plan: journal.first(where: \.isPlan)?.number ?? 0,
        steps: journal.filter(\.isStep).count,
        state: await stage.state(code: code, until: nil))
    }
  }
}

extension JournalEntry {
  /// Whether a step begins here, or an act that takes one back.
  var isStep: Bool { if case .stepStarted = event { true } else { false } }
}
