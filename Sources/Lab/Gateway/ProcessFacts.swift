import FoundationEssentials
import Glibc

/// What `/proc` tells about one process.
struct ProcessFacts: Sendable, Hashable {
  let pid: Int32
  let name: String
  let parent: Int32
  /// In clock ticks since the machine started; with the pid it names a process for good.
  let startTime: UInt64
  /// Whether it has ended and only waits to be collected by its parent.
  let isZombie: Bool

  /// The process with this pid; nil when there is none.
  init?(_ pid: Int32) {
    // The name stands in parentheses and may itself hold parentheses and spaces.
    guard let text = TextFile.bytes("/proc/\(pid)/stat"), let open = text.firstIndex(of: UInt8(ascii: "(")),
      let close = text.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = text[(close + 1)...].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard fields.count > 19, let parent = Int32(fields[1]), let startTime = UInt64(fields[19]) else { return nil }
    self.pid = pid
    self.name = String(decoding: text[(open + 1)..<close], as: UTF8.self)
    self.parent = parent
    self.startTime = startTime
    isZombie = fields[0] == "Z" || fields[0] == "X"
  }

  /// All processes that belong to the current user and have not ended.
  static func own() -> [ProcessFacts] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { pid in
      var status = stat()
      return stat("/proc/\(pid)", &status) == 0 && status.st_uid == geteuid()
    }.compactMap(ProcessFacts.init).filter { !$0.isZombie }
  }

  /// The current process's children that have ended and were not collected.
  static func deadChildren() -> [ProcessFacts] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.compactMap(ProcessFacts.init).filter { $0.isZombie && $0.parent == getpid() }
  }

  /// The processes above it, nearest first.
  var ancestors: [ProcessFacts] {
    var found: [ProcessFacts] = []
    var next = parent
    while next > 0, let facts = ProcessFacts(next), found.count < 64 {
      found.append(facts)
      next = facts.parent
    }
    return found
  }

  /// The value of a variable in the environment it was started with.
  func variable(_ name: String) -> String? {
    // In bytes: this is asked of every process again and again.
    guard let bytes = TextFile.bytes("/proc/\(pid)/environ") else { return nil }
    let prefix = Array("\(name)=".utf8)
    return bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress else { return nil }
      var start = 0
      while start < all.count {
        let end = memchr(base + start, 0, all.count - start).map { $0 - UnsafeMutableRawPointer(mutating: base) }
        let range = start..<(end ?? all.count)
        if range.count >= prefix.count, memcmp(base + start, prefix, prefix.count) == 0 {
          return String(decoding: all[range].dropFirst(prefix.count), as: UTF8.self)
        }
        start = range.upperBound + 1
      }
      return nil
    }
  }

  /// Whether its working folder or one of its open files lies in `directory`.
  func isUsing(_ directory: String) -> Bool {
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []
    return (["cwd"] + descriptors.map { "fd/\($0)" }).contains { link in
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/\(link)")
      return target.map { $0 == directory || $0.hasPrefix(directory + "/") } ?? false
    }
  }

  /// Whether it is still the same process and has not ended.
  var isRunning: Bool {
    guard let now = ProcessFacts(pid) else { return false }
    return now.startTime == startTime && !now.isZombie
  }
}
