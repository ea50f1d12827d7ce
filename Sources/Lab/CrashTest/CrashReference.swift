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
  static func run(
    _ product: CrashProduct, _ kind: CrashCase, _ options: CrashTestOptions, folder: String
  ) async throws -> CrashReference {
    try await CrashStage.with(product, kind, options, folder: folder) { stage in
      let traffic = await CrashTraffic.begin(on: stage.lab)
      let code: Int32
      do { code = try await stage.run() } catch {
        _ = await traffic.end()
        throw error
      }
      let sent = await traffic.end()
      let complaints = await stage.lab.complaints(answered: sent.answered, within: options.patience)
      guard code == product.exitCode(kind), sent.failed == 0, complaints.isEmpty else {
        throw Failure(
          .exit,
          "the undisturbed upgrade (\(product.rawValue), \(kind.rawValue)) ended with \(code), and \(sent.failed) "
            + "requests failed",
          evidence: stage.seen + sent.reasons + complaints)
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
