/// What the traffic probe asks during a run, how often, what is allowed, and what follows when it is more than that.
public struct ProbeSetup: Sendable, Hashable {
  /// What is asked; without any there is no probe.
  public let targets: [ProbeTarget]
  /// How often each target is asked a second, 1 to 1000.
  public let rate: Int
  /// How long one probe may take.
  public let timeout: Duration
  /// What is allowed, for each target by itself.
  public let budget: ProbeBudget
  /// What the run does when a target's budget is spent.
  public let reaction: BreachReaction

  /// A set-up.
  public init(
    targets: [ProbeTarget], rate: Int = 10, timeout: Duration = .seconds(2), budget: ProbeBudget = ProbeBudget(),
    reaction: BreachReaction = .abort
  ) {
    self.targets = targets
    self.rate = rate
    self.timeout = timeout
    self.budget = budget
    self.reaction = reaction
  }

  /// The time from one probe of a target to the next.
  public var interval: Duration { .seconds(1) / rate }

  /// What the operator must know of it before saying yes.
  public var notices: [String] {
    guard !targets.isEmpty else { return [] }
    let pace = "\(rate) a second, each within \(timeout.inSeconds)"
    let limits =
      budget.text.map { "probe budget for each of them: \($0); when it is spent: \(reaction.rawValue)" }
      ?? "no probe budget (--max_failed_probes, --max_gap): whatever the probes see, the run goes on"
    return targets.map { "probe during the run: \($0.question), \(pace)" } + [limits]
  }
}
