/// The processes of one nginx: the workers of its master, and what is needed to tell when they began.
struct NginxProcesses: Sendable {
  /// A process; its start tells it from a later one with the same number.
  struct Identity: Sendable, Hashable {
    let pid: Int32
    /// In ticks since the host's boot.
    let start: UInt64

    /// As the scripts have it.
    var text: String { "\(pid):\(start)" }
  }

  /// The workers that take requests.
  let serving: Set<Identity>
  /// The workers that only finish what they have.
  let ending: Set<Identity>
  /// Children that have not named themselves yet.
  let starting: Set<Identity>
  /// When the host was booted, in seconds since 1970, and its ticks in a second; nil where that was not asked.
  private let times: (boot: UInt64, ticks: UInt64)?

  /// All of them.
  var all: Set<Identity> { serving.union(ending).union(starting) }

  /// Reads what the script `processes` printed.
  init?(_ text: String) {
    var kinds: [Substring: Set<Identity>] = [:]
    var times: (boot: UInt64, ticks: UInt64)?
    var isWhole = false
    for line in text.split(separator: "\n") {
      if line == "untimed" {
        isWhole = true
        continue
      }
      let words = line.split(separator: " ")
      guard words.count == 3, let first = UInt64(words[1]), let second = UInt64(words[2]) else { return nil }
      if words[0] == "boot" {
        times = (first, second)
      } else {
        kinds[words[0], default: []].insert(Identity(pid: Int32(truncatingIfNeeded: first), start: second))
      }
    }
    // An answer that was lost is no list without workers.
    guard isWhole || times != nil, times?.ticks != 0 else { return nil }
    serving = kinds["serving"] ?? []
    ending = kinds["ending"] ?? []
    starting = kinds["starting"] ?? []
    self.times = times
  }

  /// Whether new workers serve and those `before` take no new request any more.
  func haveReplaced(_ before: Set<Identity>) -> Bool {
    !serving.subtracting(before).isEmpty && serving.isDisjoint(with: before) && starting.isDisjoint(with: before)
  }

  /// Whether all workers that take requests are known to have begun after `time`, in seconds since 1970, and so know what
  /// was written then.
  func areNewer(than time: UInt64) -> Bool {
    guard let times, !serving.isEmpty else { return false }
    return serving.union(starting).allSatisfy { times.boot + $0.start / times.ticks > time }
  }
}
