/// One request of a load, and what its answer must be.
struct LoadRequest: Sendable {
  let kind: LoadKind
  /// Its name in the records of the instances.
  let sequence: String
  private let path: String
  private let body: String
  /// The body of a good answer; nil where it is an instance's identity.
  private let expected: String?

  /// Request number `number` of its load.
  init(_ kind: LoadKind, number: Int, sequence: String, longSeconds: Int) {
    self.kind = kind
    self.sequence = sequence
    let (pieces, seconds) = (4 + number % 4, kind == .long ? longSeconds : 2 + number % 3)
    switch kind {
    case .get, .getOnce: (path, body, expected) = ("/", "", nil)
    case .post, .postOnce:
      body = String(repeating: "\(sequence) ", count: 1 + number % 100)
      (path, expected) = ("/", body)
    case .slow: (path, body, expected) = ("/slow?ms=\(1000 + number * 397 % 3000)", "", nil)
    case .chunked: (path, body, expected) = ("/chunked?pieces=\(pieces)&ms=60", "", Self.lines(pieces))
    case .stream, .long: (path, body, expected) = ("/stream?seconds=\(seconds)", "", Self.lines(5 * seconds))
    }
  }

  /// As it is sent to `host`.
  func bytes(to host: String) -> [UInt8] {
    let isPost = !kind.isRepeatable
    var head = "\(isPost ? "POST" : "GET") \(path) HTTP/1.1\r\nHost: \(host)\r\nX-Zdu-Sequence: \(sequence)\r\n"
    if isPost { head += "Content-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n" }
    if !kind.isKeepingAlive { head += "Connection: close\r\n" }
    return Array("\(head)\r\n\(body)".utf8)
  }

  /// What is wrong with a whole answer to it; nil when it is good.
  func fault(in answer: LoadAnswer) -> String? {
    guard answer.status == 200 else { return "status \(answer.status)" }
    guard answer.sequence == sequence else { return "the answer to another request" }
    let text = String(decoding: answer.body, as: UTF8.self)
    let isGood = expected.map { $0 == text } ?? text.hasPrefix(#"{"group":"#)
    return isGood ? nil : "a body of \(answer.body.count) bytes that is not the right one"
  }

  private static func lines(_ count: Int) -> String { (1...count).map { "\($0)\n" }.joined() }
}
