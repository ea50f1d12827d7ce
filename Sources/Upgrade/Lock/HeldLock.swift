import FoundationEssentials

/// A lock as it was found on a node. All its times are by the node's clock.
public struct HeldLock: Sendable, Hashable {
  /// The run that holds it.
  public let run: String
  /// Who holds it; nil where its file cannot be read, as after a loss of power.
  public let holder: LockHolder?
  /// Since when; nil where its file cannot be read.
  public let since: Date?
  /// How many seconds ago its holder gave the last sign of life, the taking included; nil where nobody knows.
  public let silence: Int?
  /// Which of the run's processes holds it.
  let token: String
  /// The last sign of life as it stands on the node.
  let beat: String

  /// What the words behind `held` tell; nil when they tell nothing: the node's time, the heartbeat, the file's name, and
  /// the file.
  init?(words: [Substring]) {
    guard words.count >= 3, let now = Int(words[0]), let dot = words[2].lastIndex(of: ".") else { return nil }
    run = String(words[2][..<dot])
    token = String(words[2][words[2].index(after: dot)...])
    beat = String(words[1])
    holder = LockHolder(words: words.dropFirst(3).prefix(4))
    let taken = words.count > 7 ? Int(words[7]) : nil
    since = taken.map { Date(timeIntervalSince1970: Double($0)) }
    silence = (Int(words[1]) ?? taken).map { max(0, now - $0) }
  }
}

extension HeldLock: CustomStringConvertible {
  /// Who holds it, since when, from where and what for.
  public var description: String {
    let life = silence.map { "last sign of life \($0) s ago" } ?? "no sign of life"
    guard let holder, let since else { return "run \(run) (its lock cannot be read; \(life))" }
    return PlainText.oneLine(
      "run \(run) of \(holder.user)@\(holder.host) (process \(holder.processID)) since \(UTCText.text(since)) for "
        + "'\(holder.reason)' (\(life))")
  }
}
