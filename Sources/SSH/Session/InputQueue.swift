/// What a command is still to read on its standard input.
struct InputQueue {
  private var chunks: [[UInt8]]
  private var offset = 0
  private var pendingBytes: Int
  private var writers: [CheckedContinuation<Void, any Error>] = []
  /// Whether nothing will be added any more.
  private(set) var isClosed: Bool
  private var failure: (any Error)?

  init(_ bytes: [UInt8], isClosed: Bool) {
    chunks = bytes.isEmpty ? [] : [bytes]
    pendingBytes = bytes.count
    self.isClosed = isClosed
  }

  /// Whether nothing waits to be sent.
  var isEmpty: Bool { chunks.isEmpty }

  /// Adds `bytes` and resumes `writer` when little enough is waiting.
  mutating func add(_ bytes: [UInt8], _ writer: CheckedContinuation<Void, any Error>) {
    if let failure { return writer.resume(throwing: failure) }
    if isClosed {
      return writer.resume(throwing: SSHError(.invalid, "write to a command whose input was closed"))
    }
    if !bytes.isEmpty { chunks.append(bytes) }
    pendingBytes += bytes.count
    if pendingBytes <= 256 * 1024 { writer.resume() } else { writers.append(writer) }
  }

  /// Nothing more will be added.
  mutating func close() { isClosed = true }

  /// The command reads no more: what waits is dropped, and writers get `error`.
  mutating func fail(_ error: any Error) {
    failure = error
    chunks = []
    pendingBytes = 0
    isClosed = true
    for writer in writers { writer.resume(throwing: error) }
    writers = []
  }

  /// Hands the next bytes to `send`, which gives how many it took.
  mutating func sendNext(_ send: (UnsafeRawBufferPointer) -> Int) -> Int {
    guard let chunk = chunks.first else { return 0 }
    let count = chunk.withUnsafeBytes { send(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
    guard count > 0 else { return count }
    offset += count
    pendingBytes -= count
    if offset == chunk.count {
      chunks.removeFirst()
      offset = 0
    }
    if pendingBytes <= 256 * 1024 {
      for writer in writers { writer.resume() }
      writers = []
    }
    return count
  }
}
