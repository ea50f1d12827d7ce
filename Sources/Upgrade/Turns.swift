import Synchronization

/// Answers requests in turns: those that come while a turn lasts are answered together in the next one, in the order in
/// which they came.
///
/// What one look, or one reload, can do for many is done once for them, and no answer rests on what was seen before its
/// request. A turn is cancelled when all who wait for it are; one of several that is cancelled waits for its end.
public final class Turns<Request: Sendable, Answer: Sendable>: Sendable {
  /// The answer to a request, or why there is none.
  public typealias Outcome = Result<Answer, any Error>

  private struct Waiting: Sendable {
    let id: Int
    let request: Request
    let continuation: CheckedContinuation<Answer, any Error>
  }

  private struct State: Sendable {
    var lastID = 0
    var waiting: [Waiting] = []
    var isWorking = false
    /// Who waits for the turn that lasts, and is not cancelled.
    var patient: Set<Int> = []
    var turn: Task<[Outcome], Never>?
  }

  private let state = Mutex(State())

  /// Nobody waits.
  public init() {}

  /// How many wait for the next turn.
  public var waiting: Int { state.withLock { $0.waiting.count } }

  /// Has `request` answered in the next turn, by the `work` of whoever came first for it; all must hand in the same.
  ///
  /// - Parameter work: gives an outcome for each of its requests, in their order.
  /// - Throws: what `work` says, or `CancellationError` when the caller is cancelled before its turn.
  public func answer(
    to request: Request, by work: @escaping @Sendable ([Request]) async -> [Outcome]
  ) async throws -> Answer {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enter(Waiting(id: id, request: request, continuation: continuation), work)
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func enter(_ waiting: Waiting, _ work: @escaping @Sendable ([Request]) async -> [Outcome]) {
    let (isCancelled, isFirst) = state.withLock { state in
      // Looked at inside, as a cancellation before this found nobody waiting.
      guard !Task.isCancelled else { return (true, false) }
      state.waiting.append(waiting)
      defer { state.isWorking = true }
      return (false, !state.isWorking)
    }
    if isCancelled { waiting.continuation.resume(throwing: CancellationError()) }
    if isFirst { Task { await takeTurns(work) } }
  }

  private func takeTurns(_ work: @escaping @Sendable ([Request]) async -> [Outcome]) async {
    while let (group, turn) = beginTurn(work) {
      let outcomes = await turn.value
      state.withLock { $0.turn = nil }
      for (index, waiting) in group.enumerated() {
        // One without an outcome would wait for ever.
        waiting.continuation.resume(with: outcomes.indices.contains(index) ? outcomes[index] : .failure(Unanswered()))
      }
    }
  }

  private func beginTurn(
    _ work: @escaping @Sendable ([Request]) async -> [Outcome]
  ) -> (group: [Waiting], turn: Task<[Outcome], Never>)? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isWorking = false
        return nil
      }
      let group = state.waiting
      let turn = Task { await work(group.map(\.request)) }
      state.waiting = []
      state.patient = Set(group.map(\.id))
      state.turn = turn
      return (group, turn)
    }
  }

  private func cancel(_ id: Int) {
    let waiting = state.withLock { state -> Waiting? in
      if let place = state.waiting.firstIndex(where: { $0.id == id }) { return state.waiting.remove(at: place) }
      if state.patient.remove(id) != nil, state.patient.isEmpty { state.turn?.cancel() }
      return nil
    }
    waiting?.continuation.resume(throwing: CancellationError())
  }
}

/// The work gave fewer outcomes than it had requests.
private struct Unanswered: Error {}
