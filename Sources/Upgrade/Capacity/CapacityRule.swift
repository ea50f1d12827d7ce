/// How many nodes of a group must go on serving, as the operator says it.
public enum CapacityRule: Sendable, Hashable, Codable {
  /// At least so many serve at any time.
  case minAvailable(Amount)
  /// At most so many may be missing at any time.
  case maxUnavailable(Amount)

  /// The rule of a group for which nothing is said: half of it, rounded up, goes on serving.
  public static let standard = CapacityRule.minAvailable(.percent(50))

  /// The group's floor: how many of its `size` nodes must serve at any time.
  ///
  /// Never less than one, since a group of which nobody serves is down, unless the operator has accepted just that: then 0.
  /// A floor of `size` means that no node can ever be taken out.
  public func floor(ofGroup size: Int, isDowntimeAccepted: Bool = false) -> Int {
    guard !isDowntimeAccepted else { return 0 }
    let wanted =
      switch self {
      case .minAvailable(let amount): amount.roundedUp(of: size)
      case .maxUnavailable(let amount): size - amount.roundedDown(of: size)
      }
    return max(1, min(wanted, size))
  }
}

extension CapacityRule: CustomStringConvertible {
  /// As in the topology file.
  public var description: String {
    switch self {
    case .minAvailable(let amount): "minAvailable \(amount)"
    case .maxUnavailable(let amount): "maxUnavailable \(amount)"
    }
  }
}
