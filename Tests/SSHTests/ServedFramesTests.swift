import Testing

@testable import SSH

@Suite("What a process says that runs commands on the server")
struct ServedFramesTests {
  /// What came of bytes, taken in pieces of `size`; nil where they make no sense.
  private func taken(_ text: String, by size: Int) -> String? {
    var frames = ServedFrames()
    var result = ""
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      let isSound = bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { piece in
        frames.take(piece) { frame in
          switch frame {
          case .output(let stream, let bytes): for byte in bytes { result += "\(stream.rawValue):\(byte) " }
          case .exited(let code): result += "exited \(code) "
          case .signalled(let name): result += "signal \(name) "
          case .notStarted: result += "not started "
          }
        }
      }
      if !isSound { return nil }
    }
    return result
  }

  @Test("is understood however it is cut into pieces", arguments: 1...30)
  func pieces(_ size: Int) {
    #expect(taken("o 3\na\n e 1\n\u{1}o 0\nx 200\n", by: size) == "0:97 0:10 0:32 1:1 exited 200 ")
    #expect(taken("s 9\ns 99\nn 0\n", by: size) == "signal KILL signal SIG@openssh.com not started ")
  }

  @Test(
    "is refused where it makes no sense",
    arguments: [
      "o\n", "o -1\n", "q 1\n", "o x\n", "\n", "a line that does not end, and goes on", "Out of memory!\n", "o 1\nax\n",
    ])
  func nonsense(_ text: String) { #expect(taken(text, by: 4) == nil) }
}
