import Glibc

/// Goes through a `known_hosts` file quickly.
enum KnownHostsLines {
  /// A line that may mean a host.
  struct Candidate {
    let range: Range<Int>
    /// From 1.
    let number: Int
  }

  /// The lines of `bytes` but those that at a glance mean other hosts than `name`.
  static func candidates(for name: [UInt8], in bytes: [UInt8]) -> [Candidate] {
    bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return [] }
      var candidates: [Candidate] = []
      var (start, number) = (0, 0)
      while start < bytes.count {
        number += 1
        let end = memchr(base + start, 0x0a, bytes.count - start).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
        let range = start..<(end ?? bytes.count)
        if !isOfOthers(UnsafeBufferPointer(rebasing: bytes[range]), name) {
          candidates.append(Candidate(range: range, number: number))
        }
        start = range.upperBound + 1
      }
      return candidates
    }
  }

  /// Whether the line's names are plain ones in lower case, and none of them is `name`.
  private static func isOfOthers(_ line: UnsafeBufferPointer<UInt8>, _ name: [UInt8]) -> Bool {
    var begin = 0
    for index in 0..<line.count {
      switch line[index] {
      case UInt8(ascii: ","):
        if isSame(line[begin..<index], name) { return false }
        begin = index + 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        return index > 0 && !isSame(line[begin..<index], name)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "!"),
        UInt8(ascii: "|"), UInt8(ascii: "@"):
        return false
      default: break
      }
    }
    // Without a key it means nobody.
    return true
  }

  private static func isSame(_ part: Slice<UnsafeBufferPointer<UInt8>>, _ name: [UInt8]) -> Bool {
    part.count == name.count && part.elementsEqual(name)
  }
}
