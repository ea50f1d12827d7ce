/// Takes apart what a node prints about a job: one line that tells its state, then the job's output.
struct DetachedReply: Sendable {
  private static let mark = Array("zdupgrade-job ".utf8)
  private static let limit = 64 * 1024
  private var head: [UInt8] = []

  /// Where the job stands; nil until the line was read.
  private(set) var state: DetachedState?
  /// How much the job had printed when the node looked.
  private(set) var size = 0
  /// The last line that the node printed on standard error.
  private(set) var complaint = ""

  /// The part of `piece` that is the job's output. What a login shell's start-up file prints before the line is left out.
  mutating func output(in piece: CommandOutput) -> [UInt8] {
    guard piece.stream == .standardOutput else {
      let text = String(decoding: piece.bytes, as: UTF8.self)
      complaint = text.split(whereSeparator: \.isNewline).last.map(String.init) ?? complaint
      return []
    }
    guard state == nil else { return piece.bytes }
    head += piece.bytes
    while let end = head.firstIndex(of: UInt8(ascii: "\n")) {
      let line = head[..<end]
      let rest = Array(head[(end + 1)...])
      head = rest
      guard line.starts(with: Self.mark) else { continue }
      let words = String(decoding: line.dropFirst(Self.mark.count), as: UTF8.self)
      let parts = words.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let size = Int(parts[0]), let state = DetachedState(words: String(parts[1])) else {
        continue
      }
      (self.size, self.state) = (size, state)
      head = []
      return rest
    }
    if head.count > Self.limit { head = [] }
    return []
  }
}
