import Testing

@testable import Lab

@Suite("AnswerReader")
struct AnswerReaderTests {
  /// What is read from `text`, given byte by byte, and after how many bytes it was whole.
  private func read(_ text: String) throws -> (answer: LoadAnswer?, taken: Int) {
    var reader = AnswerReader()
    for (index, byte) in text.utf8.enumerated() {
      if let answer = try reader.take([byte]) { return (answer, index + 1) }
    }
    return (nil, text.utf8.count)
  }

  @Test("an answer is whole exactly when its last byte has come, with a length as well as in chunks")
  func whole() throws {
    for (text, body) in [
      (
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-ZDU-sequence: r-1\r\n\r\na\r\nbü".replacing("ü", with: "c"),
        "a\r\nbc"
      ),
      ("HTTP/1.1 200 OK\r\ncontent-length:0\r\nX-Zdu-Sequence: r-1\r\n\r\n", ""),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Zdu-Sequence:  r-1\r\n\r\n2\r\n\r\n\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
        "\r\n0123456789"
      ),
    ] {
      let (answer, taken) = try read(text)
      #expect(taken == text.utf8.count)
      #expect(answer == LoadAnswer(status: 200, isLast: false, sequence: "r-1", body: Array(body.utf8)), "\(text)")
      #expect(try read(String(text.dropLast())).answer == nil)
    }
  }

  @Test("a connection that is not kept is known by its answer")
  func last() throws {
    #expect(
      try read("HTTP/1.1 502 Bad Gateway\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n").answer?.isLast == true)
    #expect(try read("HTTP/1.0 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n").answer?.isLast == true)
  }

  @Test(
    "what tells no length, or is no HTTP, is refused",
    arguments: [
      "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/1.1 ok\r\nContent-Length: 0\r\n\r\n",
    ])
  func nonsense(text: String) {
    #expect(throws: AnswerReader.Nonsense.self) { try read(text) }
  }
}
