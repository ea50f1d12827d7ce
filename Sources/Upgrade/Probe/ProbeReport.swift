import FoundationEssentials

/// What the summary says about the probes: a line for each target, and each breach with its time, why, and what was in
/// hand when it happened. Pure.
struct ProbeReport: Sendable {
  private var figures: [ProbeFigures] = []
  private var breaches: [String] = []
  private var inHand: [(node: String, title: String)] = []
  private var phases: [String: Phase] = [:]

  /// Takes in an event; most say nothing here.
  mutating func apply(_ event: Event) {
    switch event {
    case .phaseStarted(let node, let phase): phases[node] = phase
    case .phaseEnded(let node, _, _): phases[node] = nil
    case .stepStarted(let step, let title): inHand.append((step.node, title))
    case .stepEnded(let step, _, _): inHand.removeAll { $0.node == step.node }
    case .probe(.ended(let figures)): self.figures.append(figures)
    case .breached(let breach):
      let time = breach.time.map { " at \(ProbeText.time($0))" } ?? ""
      breaches.append("Probe budget spent\(time): \(breach.reason); in hand: \(work)")
    default: break
    }
  }

  /// The lines.
  var lines: [String] { figures.map(\.line) + breaches }

  private var work: String {
    guard !inHand.isEmpty else { return "nothing" }
    return inHand.map { "\($0.node): \(phases[$0.node].map { "\($0.title): " } ?? "")\($0.title)" }
      .joined(separator: "; ")
  }
}
