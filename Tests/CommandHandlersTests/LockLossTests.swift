import Synchronization
import TestDoubles
import Testing

@testable import Upgrade

@Suite("Locks that are lost, and nodes that cannot be asked")
struct LockLossTests {
  @Test("a lock that was removed is missed at the very next act, and told once; the other nodes' are still there")
  func lost() async throws {
    try await LockBench.with { bench in
      let recorder = EventRecorder()
      let told = Mutex<[Failure]>([])
      let locks = bench.locks(1, on: ["A", "B"], journal: recorder, clock: SteppedClock()) { failure in
        told.withLock { $0.append(failure) }
      }
      _ = try await locks.take()
      try await locks.confirm(LockBench.command, on: LockBench.node("A"))
      _ = await bench.survey.unlock(LockBench.run(1), on: ["A"])
      for _ in 0..<2 {
        let failure = await #expect(throws: Failure.self) {
          try await locks.confirm(LockBench.command, on: LockBench.node("A"))
        }
        #expect(failure?.kind == .lockLost && failure?.message == "the lock of A was removed")
      }
      try await locks.confirm(LockBench.command, on: LockBench.node("B"))
      await locks.release()
      #expect(told.withLock { $0 }.count == 1)
      #expect(bench.files("A").isEmpty && bench.files("B").isEmpty)
      #expect(
        await recorder.events == [
          .lock(.taken(["A", "B"])), .lock(.lost(node: "A", reason: "the lock of A was removed")),
          .lock(.released(["B"])),
        ])
    }
  }

  @Test("the heartbeat is by the node's clock every 15 s, and tells at once of a lock that is gone or another's")
  func heartbeat() async throws {
    try await LockBench.with { bench in
      let clock = SteppedClock()
      let recorder = EventRecorder()
      let told = Mutex<[Failure]>([])
      let locks = bench.locks(1, journal: recorder, clock: clock) { failure in told.withLock { $0.append(failure) } }
      _ = try await locks.take()
      try bench.age("A", by: 500)
      #expect(try await bench.held()?.silence ?? 0 >= 500)
      try await bench.eventually { clock.nextDeadline == .seconds(15) }
      clock.move(to: .seconds(15))
      try await bench.eventually { try await bench.held()?.silence ?? 500 < 100 }
      try await bench.eventually { clock.nextDeadline == .seconds(30) }
      // Not reached is not lost.
      bench.cut("A")
      clock.move(to: .seconds(30))
      try await bench.eventually { clock.nextDeadline == .seconds(45) }
      bench.cut("A", false)
      #expect(told.withLock { $0 }.isEmpty)
      _ = await bench.survey.unlock(LockBench.run(1), on: ["A"])
      let other = bench.locks(2, reason: "another")
      _ = try await other.take()
      clock.move(to: .seconds(45))
      try await bench.eventually { !told.withLock { $0 }.isEmpty }
      let before = bench.count
      for _ in 0..<2 {
        let failure = await #expect(throws: Failure.self) {
          try await locks.confirm(LockBench.balancer, on: LockBench.node("A"))
        }
        #expect(failure?.kind == .lockLost && failure?.message.contains("'another'") == true)
      }
      #expect(bench.count == before && told.withLock { $0 }.count == 1)
      let events = await recorder.events
      #expect(events.count == 2, "\(events)")
      await locks.release()
      #expect(try await bench.held()?.run == LockBench.run(2).text)
      await other.release()
    }
  }

  @Test("an act on a node that cannot be asked waits for it; one of the load balancer's does not")
  func cut() async throws {
    try await LockBench.with { bench in
      let clock = ManualClock()
      let node = LockBench.node("A")
      let locks = bench.locks(1, reconnectTime: .seconds(60), clock: clock)
      _ = try await locks.take()
      bench.cut("A")
      try await locks.confirm(LockBench.balancer, on: node)
      let begun = clock.now
      let failure = await #expect(throws: Failure.self) { try await locks.confirm(LockBench.command, on: node) }
      #expect(failure?.kind == .unreachable)
      #expect(begun.duration(to: clock.now) > .seconds(30))
      bench.cut("A", false)
      try await locks.confirm(LockBench.command, on: node)
      await locks.release()
      #expect(bench.files("A").isEmpty)
    }
  }

  @Test("a node that cannot be asked when locks are taken is named, and nothing may be done to it")
  func unreachable() async throws {
    try await LockBench.with { bench in
      bench.cut("B")
      let locks = bench.locks(1, on: ["A", "B"])
      let unreachable = try await locks.take()
      #expect(unreachable.mapValues(\.kind) == ["B": .unreachable])
      let failure = await #expect(throws: Failure.self) {
        try await locks.confirm(LockBench.balancer, on: LockBench.node("B"))
      }
      #expect(failure?.kind == .refused)
      await locks.release()
      #expect(bench.files("A").isEmpty)
    }
  }

  @Test("a lock that cannot be given back is told, with what removes it")
  func left() async throws {
    try await LockBench.with { bench in
      let recorder = EventRecorder()
      let locks = bench.locks(1, on: ["A", "B"], journal: recorder)
      _ = try await locks.take()
      bench.cut("A")
      await locks.release()
      await locks.release()
      let reason = "no route; 'zdupgrade unlock --run \(LockBench.run(1))' removes it"
      #expect(
        await recorder.events == [
          .lock(.taken(["A", "B"])), .lock(.left(node: "A", reason: reason)), .lock(.released(["B"])),
        ])
    }
  }

  @Test("nodes that share a home share its lock")
  func shared() async throws {
    try await LockBench.with { bench in
      bench.share("B", with: "A")
      let locks = bench.locks(1, on: ["A", "B"])
      #expect(try await locks.take().isEmpty)
      for node in ["A", "B"] { try await locks.confirm(LockBench.command, on: LockBench.node(node)) }
      await #expect(throws: Failure.self) { _ = try await bench.locks(2, on: ["B"]).take() }
      await locks.release()
      #expect(bench.files("A").isEmpty)
    }
  }
}
