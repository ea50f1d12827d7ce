import ArgumentParser
import Upgrade

/// The probe that asks what users ask while the upgrade runs, and what is allowed to go wrong there.
struct ProbeArguments: ParsableArguments {
  @Option(
    name: .customLong("probe"), parsing: .singleValue,
    help: "A URL to ask through the load balancer during the run; may be repeated. (besides those in the file)")
  var urls: [String] = []

  @Option(name: .customLong("probe_rate"), help: "How often each probe is sent a second, 1 to 1000. (default: 10)")
  var rate: Int?

  @Option(
    name: .customLong("probe_timeout"),
    help: "Seconds, like 0.5, or milliseconds, like 500ms, within which the whole answer must come. (default: 2)")
  var timeout: String?

  @Option(name: .customLong("max_failed_probes"), help: "How many probes of each URL may fail over the whole run.")
  var maxFailedProbes: Int?

  @Option(
    name: .customLong("max_gap"),
    help: "Seconds, like 0.5, or milliseconds, like 500ms, for which each URL may be without a good answer.")
  var maxGap: String?

  @Option(
    name: .customLong("on_breach"),
    help: "What follows when more went wrong than that: pause, abort or rollback. (default: abort)")
  var reaction: BreachReaction?

  /// The probe of a run whose file has these `targets`.
  ///
  /// - Throws: `Failure` that names the option.
  func setup(_ targets: [ProbeTarget]) throws(Failure) -> ProbeSetup {
    var targets = targets
    for url in urls {
      if let problem = ProbeSettings.problem(url: url) { throw Failure(.refused, "--probe: \(problem)") }
      if !targets.contains(where: { $0.url == url }) { targets.append(ProbeTarget(url: url)) }
    }
    try checkUse(targets)
    if let maxFailedProbes, maxFailedProbes < 0 {
      throw Failure(.refused, "--max_failed_probes: is \(maxFailedProbes), must be 0 or more")
    }
    let rate = rate ?? 10
    guard (1...1000).contains(rate) else { throw Failure(.refused, "--probe_rate: is \(rate), must be 1 to 1000") }
    let maxGap = try maxGap.map { text throws(Failure) in try time(text, "--max_gap", 0...86_400) }
    return ProbeSetup(
      targets: targets, rate: rate, timeout: try time(timeout ?? "2", "--probe_timeout", 0.01...300),
      budget: ProbeBudget(maxFailedProbes: maxFailedProbes, maxGap: maxGap), reaction: reaction ?? .abort)
  }

  /// An option that would do nothing is a mistake: the operator believes to be protected.
  private func checkUse(_ targets: [ProbeTarget]) throws(Failure) {
    let given = [
      ("--probe_rate", rate != nil), ("--probe_timeout", timeout != nil),
      ("--max_failed_probes", maxFailedProbes != nil), ("--max_gap", maxGap != nil), ("--on_breach", reaction != nil),
    ]
    if targets.isEmpty, let (option, _) = given.first(where: \.1) {
      throw Failure(.refused, "\(option): there is no probe; give --probe URL, or probes in the file")
    }
    guard reaction == nil || maxFailedProbes != nil || maxGap != nil else {
      throw Failure(.refused, "--on_breach: nothing is limited; give --max_failed_probes or --max_gap")
    }
  }

  private func time(_ text: String, _ option: String, _ range: ClosedRange<Double>) throws(Failure) -> Duration {
    let isMilliseconds = text.hasSuffix("ms")
    let number = isMilliseconds ? text.dropLast(2) : text.hasSuffix("s") ? text.dropLast() : text[...]
    let isDecimal = !number.isEmpty && number.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
    guard isDecimal, let value = Double(number) else {
      throw Failure(.refused, "\(option): '\(text)' is no time like 2, 0.5 or 500ms")
    }
    let seconds = isMilliseconds ? value / 1000 : value
    guard range.contains(seconds) else {
      throw Failure(
        .refused,
        "\(option): is \(text), must be \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound)) seconds")
    }
    return .microseconds(Int((seconds * 1_000_000).rounded()))
  }

  private static func text(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
  }
}

extension BreachReaction: ExpressibleByArgument {}
