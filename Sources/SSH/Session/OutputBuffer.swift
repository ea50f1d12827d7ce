import Synchronization

/// Carries a command's output and its end from the loop's thread to whoever awaits them.
///
/// It holds at most `limit` bytes and one piece for each stream; above that the loop stops reading the stream, and when
/// the channel's window (2 MiB for both streams together) is used up, the server stops the command.
final class OutputBuffer: Sendable {
  fileprivate typealias Waiter = CheckedContinuation<SSHOutput?, any Error>

  fileprivate struct State {
    var pieces: [[(serial: UInt64, bytes: [UInt8])]] = [[], []]
    var first = [0, 0]
    var count = [0, 0]
    var serial: UInt64 = 0
    var isPaused = [false, false]
    var waiters: [Waiter?] = [nil, nil, nil]
    var areStreamsAtEnd = false
    var end: Result<SSHExit, any Error>?
    var endWaiter: CheckedContinuation<SSHExit, any Error>?
  }

  private let state = Mutex(State())
  private let limit = 256 * 1024
  /// Called when a paused stream has room again.
  private let resume: @Sendable () -> Void

  init(resume: @escaping @Sendable () -> Void) { self.resume = resume }

  // MARK: The loop's side

  /// Whether `stream` can take more; when it cannot, `resume` is called as soon as it can.
  func hasRoom(_ stream: SSHOutput.Stream) -> Bool {
    let index = Int(stream.rawValue)
    return state.withLock { state in
      state.isPaused[index] = state.count[index] >= limit
      return !state.isPaused[index]
    }
  }

  /// Adds what was read.
  func append(_ bytes: UnsafeRawBufferPointer, to stream: SSHOutput.Stream) {
    let index = Int(stream.rawValue)
    let waiter = state.withLock { state -> Waiter? in
      if state.end != nil { return nil }
      for slot in [index, 2] {
        if let waiter = state.waiters[slot] {
          state.waiters[slot] = nil
          return waiter
        }
      }
      state.count[index] += bytes.count
      state.serial += 1
      if let last = state.pieces[index].indices.last, last >= state.first[index],
        state.pieces[index][last].bytes.count + bytes.count <= 32 * 1024
      {
        state.pieces[index][last].bytes.append(contentsOf: bytes)
      } else {
        state.pieces[index].append((state.serial, Array(bytes)))
      }
      return nil
    }
    waiter?.resume(returning: SSHOutput(stream, Array(bytes)))
  }

  /// Nothing will be appended any more; how the command ended follows.
  func endStreams() {
    let waiters = state.withLock { state in
      state.areStreamsAtEnd = true
      return state.takeWaiters()
    }
    for waiter in waiters { waiter.resume(returning: nil) }
  }

  /// The command has ended, or failed: then what is still held is dropped.
  func end(_ result: Result<SSHExit, any Error>) {
    let (waiters, endWaiter) = state.withLock { state in
      guard state.end == nil else { return ([Waiter](), CheckedContinuation<SSHExit, any Error>?.none) }
      state.end = result
      if case .failure = result { state.drop() }
      defer { state.endWaiter = nil }
      return (state.takeWaiters(), state.endWaiter)
    }
    for waiter in waiters { waiter.resume(with: result.map { _ in nil }) }
    endWaiter?.resume(with: result)
  }

  // MARK: The reader's side

  /// The next piece of `stream`, or of whichever has one in the order of arrival; nil at the end.
  ///
  /// One reader for each stream, or one for both, at a time.
  func next(_ stream: SSHOutput.Stream?) async throws -> SSHOutput? {
    try await withCheckedThrowingContinuation { continuation in
      let (hasRoomAgain, result) = state.withLock { state in state.take(stream, limit: limit, or: continuation) }
      if hasRoomAgain { resume() }
      if let result { continuation.resume(with: result) }
    }
  }

  /// How the command ended; awaits the end.
  func exit() async throws -> SSHExit {
    try await withCheckedThrowingContinuation { continuation in
      let end = state.withLock { state in
        if state.end == nil { state.endWaiter = continuation }
        return state.end
      }
      if let end { continuation.resume(with: end) }
    }
  }
}

extension OutputBuffer.State {
  fileprivate mutating func takeWaiters() -> [CheckedContinuation<SSHOutput?, any Error>] {
    defer { waiters = [nil, nil, nil] }
    return waiters.compactMap { $0 }
  }

  fileprivate mutating func drop() {
    pieces = [[], []]
    first = [0, 0]
    count = [0, 0]
  }

  /// A piece or the end, at once; else `continuation` is kept.
  fileprivate mutating func take(
    _ stream: SSHOutput.Stream?, limit: Int, or continuation: CheckedContinuation<SSHOutput?, any Error>
  ) -> (hasRoomAgain: Bool, Result<SSHOutput?, any Error>?) {
    if case .failure(let error) = end { return (false, .failure(error)) }
    let candidates = stream.map { [$0] } ?? SSHOutput.Stream.allCases
    let held = candidates.filter { first[Int($0.rawValue)] < pieces[Int($0.rawValue)].count }
    guard let source = held.min(by: { serial(of: $0) < serial(of: $1) }) else {
      if areStreamsAtEnd || end != nil { return (false, .success(nil)) }
      let slot = stream.map { Int($0.rawValue) } ?? 2
      precondition(waiters[slot] == nil, "two readers of one stream")
      waiters[slot] = continuation
      return (false, nil)
    }
    let index = Int(source.rawValue)
    let bytes = pieces[index][first[index]].bytes
    pieces[index][first[index]].bytes = []
    first[index] += 1
    if first[index] == pieces[index].count {
      pieces[index].removeAll(keepingCapacity: true)
      first[index] = 0
    }
    count[index] -= bytes.count
    let hasRoomAgain = isPaused[index] && count[index] <= limit / 2
    if hasRoomAgain { isPaused[index] = false }
    return (hasRoomAgain, .success(SSHOutput(source, bytes)))
  }

  private func serial(of stream: SSHOutput.Stream) -> UInt64 {
    pieces[Int(stream.rawValue)][first[Int(stream.rawValue)]].serial
  }
}
