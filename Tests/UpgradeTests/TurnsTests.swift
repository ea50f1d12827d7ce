import Synchronization
import Testing
import Upgrade

@Suite("Turns")
struct TurnsTests {
  /// Work that waits until it is let go, and notes what was handed to it.
  private final class Work: Sendable {
    private let state = Mutex((groups: [[Int]](), isOpen: false, cancelled: 0))

    var groups: [[Int]] { state.withLock { $0.groups } }
    var cancelled: Int { state.withLock { $0.cancelled } }
    func open() { state.withLock { $0.isOpen = true } }

    func perform(_ requests: [Int]) async -> [Result<Int, any Error>] {
      state.withLock { $0.groups.append(requests) }
      while !state.withLock({ $0.isOpen }) {
        if Task.isCancelled {
          state.withLock { $0.cancelled += 1 }
          return requests.map { _ in .failure(CancellationError()) }
        }
        await Task.yield()
      }
      return requests.map { $0 < 0 ? .failure(Failure(.refused, "below zero")) : .success($0 * 10) }
    }
  }

  private let turns = Turns<Int, Int>()
  private let work = Work()

  private func ask(_ request: Int) -> Task<Int, any Error> {
    Task { [turns, work] in try await turns.answer(to: request) { await work.perform($0) } }
  }

  private func until(_ condition: () async -> Bool) async throws {
    let seen = try await Polling.value(within: .seconds(20), every: .milliseconds(1), by: ContinuousClock()) {
      await condition() ? true : nil
    }
    try #require(seen == true, "it did not come to that")
  }

  @Test("who comes while a turn lasts is answered in the next one, together with all others who came, in their order")
  func together() async throws {
    let first = ask(1)
    try await until { work.groups == [[1]] }
    var others: [Task<Int, any Error>] = []
    for request in [2, -3, 4] {
      others.append(ask(request))
      try await until { turns.waiting == others.count }
    }
    #expect(work.groups == [[1]], "they do not get an answer that was looked for before they asked")
    work.open()
    #expect(try await first.value == 10)
    #expect(try await others[0].value == 20)
    let failure = await #expect(throws: Failure.self) { try await others[1].value }
    #expect(failure?.message == "below zero", "one that fails fails alone")
    #expect(try await others[2].value == 40)
    #expect(work.groups == [[1], [2, -3, 4]])
    #expect(try await ask(5).value == 50, "and it goes on when nobody has waited for a while")
  }

  @Test("a turn goes on when one of those who wait for it is cancelled, and is cancelled with the last one")
  func cancelledTogether() async throws {
    let first = ask(1)
    try await until { work.groups == [[1]] }
    let (second, third) = (ask(2), ask(3))
    try await until { turns.waiting == 2 }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    try await until { work.groups.count == 2 }
    #expect(work.cancelled == 1)
    second.cancel()
    for _ in 0..<100 { await Task.yield() }
    #expect(work.cancelled == 1, "the third one needs it")
    third.cancel()
    for task in [second, third] { await #expect(throws: CancellationError.self) { try await task.value } }
    #expect(work.cancelled == 2)
  }

  @Test("who is cancelled while others have their turn waits no longer, and nothing is done for them")
  func cancelledBefore() async throws {
    let first = ask(1)
    try await until { work.groups == [[1]] }
    let second = ask(2)
    try await until { turns.waiting == 1 }
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    work.open()
    #expect(try await first.value == 10)
    #expect(work.groups == [[1]])
  }

  @Test("who is cancelled already gets no turn")
  func cancelledAlready() async {
    let task = Task { [turns, work] in
      withUnsafeCurrentTask { $0?.cancel() }
      return try await turns.answer(to: 1) { await work.perform($0) }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(work.groups.isEmpty)
  }
}
