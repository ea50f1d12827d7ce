import Synchronization
import TestDoubles
import Testing
import Upgrade
import WebMethods

@Suite("Events of gateways")
struct EventTests {
  @Test(
    "a name is known in either spelling, the logs' under each of its names",
    arguments: [
      ("migration:transform:assets:competed", GatewayEvent.transformed as GatewayEvent?),
      ("migration:transform:assets:completed", .transformed),
      ("migration:clean:datastore:competed", .cleaned), ("Migration:Quiesce:All:Completed", .allQuiesced),
      ("migration:reindex:logsevents:completed", .logsReindexed),
      ("migration:reindex:analyticsandlogs:completed", .logsReindexed),
      ("migration:reindex:runtime:completed", .logsReindexed), ("apigateway:server:started", .serverStarted),
      ("migration:reindex:other:completed", nil), ("", nil),
    ])
  func spelling(name: String, event: GatewayEvent?) { #expect(GatewayEvent(spelling: name) == event) }

  @Test(
    "the logs' event has the names of the version, the one of the API first",
    arguments: [
      ("10.7", [["runtime", "logsevents"], ["runtime"], ["logsevents"]]), ("10.11", [["analyticsandlogs"]]),
      ("10.15", [["logsevents", "analyticsandlogs"], ["analyticsandlogs"]]),
      ("11.0", [["logsevents", "analyticsandlogs"], ["analyticsandlogs"]]),
      ("?", [["analyticsandlogs"], ["runtime"], ["logsevents"]]),
    ])
  func names(version: String, expected: [[String]]) {
    let names = GatewayEvent.names(of: [.cleaned, .logsReindexed], for: GatewayVersion(version))
    #expect(
      names
        == expected.map {
          ["migration:clean:datastore:completed"] + $0.map { "migration:reindex:\($0):completed" }
        })
  }

  @Test("the transformation's event is registered as the API spells it, and rightly spelled where that is refused")
  func transformed() {
    let names = GatewayEvent.names(of: [.transformed], for: .v10_15)
    #expect(names == [["migration:transform:assets:competed"], ["migration:transform:assets:completed"]])
  }

  @Test("a posted event ends waiting at once, also one that came between looking and waiting")
  func signal() async throws {
    let signal = EventSignal()
    let clock = SteppedClock()  // nobody moves it, so only an event ends a wait
    let seen = await signal.count
    await signal.post()
    try await signal.wait(beyond: seen, atMost: .seconds(60), by: clock)
    let next = await signal.count
    async let waiting: Void = signal.wait(beyond: next, atMost: .seconds(60), by: clock)
    while clock.nextDeadline == nil { await Task.yield() }
    await signal.post()
    try await waiting
  }

  @Test("without an event waiting ends with its time; a cancelled one ends at once")
  func silence() async throws {
    let signal = EventSignal()
    let clock = ManualClock()
    try await signal.wait(beyond: 0, atMost: .seconds(60), by: clock)
    #expect(clock.now == ManualClock().now.advanced(by: .seconds(60)))
    let still = SteppedClock()
    let waiting = Task { try await signal.wait(beyond: 0, atMost: .seconds(60), by: still) }
    while still.nextDeadline == nil { await Task.yield() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }

  @Test("polling looks at every interval without events, and gives up behind the deadline")
  func polling() async throws {
    let clock = ManualClock()
    let looks = Mutex(0)
    let never: Int? = try await EventPolling.value(
      within: .seconds(10), every: .seconds(4), wokenBy: NoWebhookEvents(), by: clock
    ) {
      looks.withLock { $0 += 1 }
      return nil
    }
    #expect(never == nil && looks.withLock { $0 } == 4)
    #expect(clock.now == ManualClock().now.advanced(by: .seconds(10)))
  }

  @Test("polling looks at once when an event comes while it looks, and believes what it sees, not the event")
  func woken() async throws {
    let signal = EventSignal()
    let clock = SteppedClock()  // no poll ever comes
    let looks = Mutex(0)
    let found = try await EventPolling.value(within: .seconds(99), every: .seconds(9), wokenBy: signal, by: clock) {
      let count = looks.withLock {
        $0 += 1
        return $0
      }
      if count < 3 { await signal.post() }
      return count == 3 ? "done" : nil
    }
    #expect(found == "done")
  }
}
