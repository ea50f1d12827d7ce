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

  /// Adds what was read. The reader is not woken yet: see `deliver`.
  func append(_ bytes: UnsafeRawBufferPointer, to stream: SSHOutput.Stream) {
    state.withLock { state in
      if state.end == nil { state.append(bytes, Int(stream.rawValue)) }
    }
  }

  /// Wakes the reader when there is something for it; to be called at the end of a round, so that much goes at once.
  func deliver() { settle { _ in } }

  /// Nothing will be appended any more; how the command ended follows.
  func endStreams() { settle { $0.areStreamsAtEnd = true } }

  /// The command has ended, or failed: then what is still held is dropped.
  func end(_ result: Result<SSHExit, any Error>) {
    settle { state in
      guard state.end == nil else { return }
      state.end = result
      if case .failure = result { state.drop() }
    }
    let endWaiter = state.withLock { state in
      defer { state.endWaiter = nil }
      return state.endWaiter
    }
    endWaiter?.resume(with: result)
  }

  /// Makes a change and gives the waiting readers what there is then.
  private func settle(_ change: (inout State) -> Void) {
    let answers = state.withLock { state in
      change(&state)
      return state.waiters.indices.compactMap { slot -> (Waiter, Result<SSHOutput?, any Error>)? in
        guard let waiter = state.waiters[slot], let result = state.take(slot) else { return nil }
        state.waiters[slot] = nil
        return (waiter, result)
      }
    }
    for (waiter, result) in answers { waiter.resume(with: result) }
  }

  // MARK: The reader's side

  /// The next piece of `stream`, or of whichever has one in the order of arrival; nil at the end.
  ///
  /// One reader for each stream, or one for both, at a time.
  func next(_ stream: SSHOutput.Stream?) async throws -> SSHOutput? {
    let slot = stream.map { Int($0.rawValue) } ?? 2
    let (result, hasRoomAgain) = state.withLock { state in (state.take(slot), state.takeResumption(below: limit / 2)) }
    if hasRoomAgain { resume() }
    if let result { return try result.get() }
    return try await withCheckedThrowingContinuation { continuation in
      let result = state.withLock { state -> Result<SSHOutput?, any Error>? in
        if let result = state.take(slot) { return result }
        precondition(state.waiters[slot] == nil, "two readers of one stream")
        state.waiters[slot] = continuation
        return nil
      }
      if let result { continuation.resume(with: result) }
    }
  }

  /// How the command ended; awaits the end.
  func exit() async throws -> SSHExit {
    if let end = state.withLock({ $0.end }) { return try end.get() }
    return try await withCheckedThrowingContinuation { continuation in
      let end = state.withLock { state in
        if state.end == nil { state.endWaiter = continuation }
        return state.end
      }
      if let end { continuation.resume(with: end) }
    }
  }
}

extension OutputBuffer.State {
  fileprivate mutating func drop() {
    pieces = [[], []]
    first = [0, 0]
    count = [0, 0]
  }

  /// Adds to the stream's last piece unless the other stream came between.
  fileprivate mutating func append(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
    count[index] += bytes.count
    if let last = pieces[index].indices.last, last >= first[index], pieces[index][last].serial == serial {
      pieces[index][last].bytes.append(contentsOf: bytes)
    } else {
      serial += 1
      pieces[index].append((serial, Array(bytes)))
    }
  }

  /// A piece or the end for the reader of `slot` (a stream, or 2 for both); nil when there is nothing to say yet.
  fileprivate mutating func take(_ slot: Int) -> Result<SSHOutput?, any Error>? {
    if case .failure(let error) = end { return .failure(error) }
    let held = (slot == 2 ? [0, 1] : [slot]).filter { first[$0] < pieces[$0].count }
    guard let index = held.min(by: { pieces[$0][first[$0]].serial < pieces[$1][first[$1]].serial }) else {
      return areStreamsAtEnd || end != nil ? .success(nil) : nil
    }
    let bytes = pieces[index][first[index]].bytes
    pieces[index][first[index]].bytes = []
    first[index] += 1
    if first[index] == pieces[index].count {
      pieces[index].removeAll(keepingCapacity: true)
      first[index] = 0
    }
    count[index] -= bytes.count
    return .success(SSHOutput(index == 0 ? .standardOutput : .standardError, bytes))
  }

  /// Whether a stream that was paused may go on; says so once.
  fileprivate mutating func takeResumption(below mark: Int) -> Bool {
    let resumed = [0, 1].filter { isPaused[$0] && count[$0] <= mark }
    for index in resumed { isPaused[index] = false }
    return !resumed.isEmpty
  }
}
