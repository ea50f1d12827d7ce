extension Collection<String> {
  /// The names as a list of words; of a fleet's many only the first are named, so that a line stays one that is read.
  public var listed: String { listed(by: ", ") }

  /// The same for names that come one after another.
  public var listedInOrder: String { listed(by: ", then ") }

  private func listed(by separator: String) -> String {
    guard count > FleetSize.readable else { return joined(separator: separator) }
    let named = FleetSize.named
    return "\(prefix(named).joined(separator: separator)) and \(count - named) more"
  }
}

/// From when on a fleet is too large for a line, or a row, a node.
public enum FleetSize {
  /// The most nodes that are shown one by one.
  public static let readable = 40
  /// How many of more are named.
  static let named = 6
}
