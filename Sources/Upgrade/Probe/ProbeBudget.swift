/// How much the users may suffer, by what each target's probes see. Pure.
public struct ProbeBudget: Sendable, Hashable, Codable {
  /// Being blind for less than this is no breach, however small the allowed gap: a busy control node must not end an
  /// upgrade that goes well.
  static let shortestBlindness = Duration.seconds(1)
  /// How long nothing may be measured where no gap was given.
  static let usualBlindness = Duration.seconds(10)

  /// How many probes of a target may fail over the whole run; nil for any number.
  public let maxFailedProbes: Int?
  /// How long a target may be without a good answer; nil for any time.
  public let maxGap: Duration?

  /// A budget.
  public init(maxFailedProbes: Int? = nil, maxGap: Duration? = nil) {
    self.maxFailedProbes = maxFailedProbes
    self.maxGap = maxGap
  }

  /// Whether anything is limited. Without a limit nothing is ever a breach.
  public var isLimited: Bool { maxFailedProbes != nil || maxGap != nil }

  /// How long nothing may be measured.
  public var maxBlindness: Duration { maxGap.map { max($0, Self.shortestBlindness) } ?? Self.usualBlindness }

  /// Why the budget is spent: nil as long as it is not.
  ///
  /// - Parameters:
  ///   - gap: the longest time without a good answer that is certain.
  ///   - blindness: the longest time in which nothing could be measured.
  public func excess(failed: Int, gap: Duration, blindness: Duration) -> String? {
    guard isLimited else { return nil }
    if let maxFailedProbes, failed > maxFailedProbes {
      let probes = failed == 1 ? "1 probe" : "\(ProbeText.count(failed)) probes"
      return "\(probes) failed, \(maxFailedProbes == 1 ? "1 is" : "\(ProbeText.count(maxFailedProbes)) are") allowed"
    }
    if let maxGap, gap > maxGap {
      return "no good answer for \(Self.text(gap)), \(Self.text(maxGap)) are allowed"
    }
    guard blindness > maxBlindness else { return nil }
    return "could not be measured for \(Self.text(blindness)), \(Self.text(maxBlindness)) are allowed"
  }

  /// The limits in one phrase; nil without any.
  public var text: String? {
    let limits = [
      maxFailedProbes.map { "at most \(ProbeText.count($0)) failed" }, maxGap.map { "no gap over \(Self.text($0))" },
    ].compactMap { $0 }
    return limits.isEmpty ? nil : limits.joined(separator: ", ")
  }

  private static func text(_ duration: Duration) -> String { ProbeText.milliseconds(duration.inMilliseconds) }
}
