extension Duration {
  /// The duration in seconds as messages have it: `60 s`, `0.25 s`.
  public var inSeconds: String {
    let (seconds, attoseconds) = components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    guard milliseconds != 0 else { return "\(seconds) s" }
    return "\(Double(seconds) + Double(milliseconds) / 1000) s"
  }
}
