import FoundationEssentials
import Glibc
import TestDoubles
import Testing

@testable import Upgrade

@Suite("The locks of a run, with each shell that is here")
struct NodeLocksTests {
  @Test("of four runs at once exactly one gets the node, again and again", arguments: DetachedBench.shells)
  func race(_ shell: String) async throws {
    try await LockBench.with(shell) { bench in
      for _ in 0..<20 {
        let winners = await withTaskGroup(of: (NodeLocks, Failure?).self) { group in
          for number in 0..<4 {
            group.addTask {
              let locks = bench.locks(UInt16(number))
              do throws(Failure) {
                #expect(try await locks.take().isEmpty)
                return (locks, nil)
              } catch {
                return (locks, error)
              }
            }
          }
          var winners: [NodeLocks] = []
          for await (locks, failure) in group {
            if failure == nil { winners.append(locks) } else { #expect(failure?.kind == .lockHeld) }
          }
          return winners
        }
        #expect(winners.count == 1)
        for locks in winners {
          try await locks.confirm(LockBench.command, on: LockBench.node("A"))
          await locks.release()
        }
        #expect(bench.files("A").isEmpty)
      }
    }
  }

  @Test("who takes and gives back at the same time as others has the node for itself", arguments: DetachedBench.shells)
  func turns(_ shell: String) async throws {
    try await LockBench.with(shell) { bench in
      await withTaskGroup(of: Int.self) { group in
        for number in 0..<3 {
          group.addTask {
            var turns = 0
            let deadline = ContinuousClock.now + .seconds(30)
            while turns < 5, ContinuousClock.now < deadline {
              let locks = bench.locks(UInt16(number))
              guard (try? await locks.take()) != nil else { continue }
              turns += 1
              let holder = try? await bench.held()?.holder?.processID
              #expect(holder == Int32(number))
              await locks.release()
            }
            return turns
          }
        }
        for await turns in group { #expect(turns == 5) }
      }
      #expect(bench.files("A").isEmpty)
    }
  }

  @Test("what a lock tells comes through as it is, whatever it is", arguments: DetachedBench.shells)
  func hostile(_ shell: String) async throws {
    let texts = [
      "", "it's \"$HOME\" `id` !! \\ \\0101 %s %41 % ", "a\nzdupgrade-lock free 1\r\t\u{1B}[2J", "ü日本 * ? [",
    ]
    for text in texts {
      try await LockBench.with(shell) { bench in
        let before = time(nil)
        let locks = bench.locks(7, host: text, reason: text)
        _ = try await locks.take()
        let lock = try #require(try await bench.held())
        #expect(lock.run == LockBench.run(7).text)
        #expect(lock.holder == LockHolder(host: text, user: "me", processID: 7, reason: text))
        let since = try #require(lock.since?.timeIntervalSince1970)
        #expect((before...time(nil)).contains(Int(since)) && (0...60).contains(lock.silence ?? -1))
        #expect(!lock.description.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\t" })
        await locks.release()
      }
    }
  }

  @Test("a node that another run has: who, since when and from where is said, and what was taken is given back")
  func refused() async throws {
    try await LockBench.with { bench in
      let first = bench.locks(1, on: ["B"], host: "bastion", reason: "change 4711")
      _ = try await first.take()
      let second = bench.locks(2, on: ["C", "B", "A"])
      let failure = await #expect(throws: Failure.self) { _ = try await second.take() }
      #expect(failure?.kind == .lockHeld)
      let message = failure?.message ?? ""
      let said =
        /B is locked by run 20261117T184000\.000Z-0001 of me@bastion \(process 1\) since 20[0-9-]+T[0-9:.]+Z for 'change 4711' \(last sign of life [0-9]+ s ago\)/
      #expect(message.wholeMatch(of: said) != nil, "\(message)")
      #expect(failure?.remedy?.contains("zdupgrade unlock --run 20261117T184000.000Z-0001") == true)
      #expect(bench.files("A").isEmpty && bench.files("C").isEmpty)
      try await first.confirm(LockBench.command, on: LockBench.node("B"))
      // However long ago: time alone frees nothing.
      try bench.age("B", by: 1_000_000)
      await #expect(throws: Failure.self) { _ = try await second.take(takingOver: .sameRun) }
      await first.release()
      #expect(try await second.take().isEmpty)
      await second.release()
    }
  }

  @Test("the former process's lock is taken over where that is dead, and it can tell", arguments: DetachedBench.shells)
  func takeOver(_ shell: String) async throws {
    try await LockBench.with(shell) { bench in
      let node = LockBench.node("A")
      let first = bench.locks(1, reason: "first")
      _ = try await first.take()
      // The same host: the caller knows that the process is dead.
      let second = bench.locks(1, reason: "second")
      await #expect(throws: Failure.self) { _ = try await second.take() }
      _ = try await second.take(takingOver: .sameRun)
      #expect(try await bench.held()?.holder?.reason == "second")
      let failure = await #expect(throws: Failure.self) {
        try await first.confirm(LockBench.command, on: node)
      }
      #expect(failure?.kind == .lockLost)
      await first.release()
      try await second.confirm(LockBench.command, on: node)
      // Another host: only who is silent for a minute is dead.
      let third = bench.locks(1, host: "other")
      let refusal = await #expect(throws: Failure.self) { _ = try await third.take(takingOver: .sameRun) }
      #expect(refusal?.kind == .lockHeld && refusal?.message.contains("seems to be alive on control") == true)
      try bench.age("A", by: 62)
      _ = try await third.take(takingOver: .sameRun)
      #expect(try await bench.held()?.holder?.host == "other")
      await third.release()
      #expect(bench.files("A").isEmpty)
    }
  }

  @Test("unlocking takes the lock of that run, and no other's; a second time it finds none")
  func unlock() async throws {
    try await LockBench.with { bench in
      let locks = bench.locks(1)
      _ = try await locks.take()
      #expect(await bench.survey.unlock(LockBench.run(2), on: ["A"]).count == 1)
      #expect(try await bench.held()?.run == LockBench.run(1).text, "another run's lock was not touched")
      #expect(await bench.survey.unlock(LockBench.run(1), on: ["A"]).map(\.answer) == [.success(.removed)])
      #expect(await bench.survey.unlock(LockBench.run(1), on: ["A"]).map(\.answer) == [.success(.free)])
      #expect(bench.files("A").isEmpty)
      let other = bench.locks(2)
      _ = try await other.take()
      await locks.release()
      #expect(try await bench.held()?.run == LockBench.run(2).text, "a late giving back takes nothing from others")
      await other.release()
    }
  }

  @Test("a home that is not fit is refused, and what a dead taker left behind is no lock")
  func unfit() async throws {
    try await LockBench.with { bench in
      let root = bench.home("A") + "/.zdupgrade"
      try FileManager.default.createDirectory(atPath: root + "/lock/.lock.dead", withIntermediateDirectories: true)
      chmod(root, 0o755)
      let failure = await #expect(throws: Failure.self) { _ = try await bench.locks(1).take() }
      #expect(failure?.kind == .refused && failure?.message.contains("is not a private folder") == true)
      for path in [root, root + "/lock", root + "/lock/.lock.dead"] { chmod(path, 0o700) }
      try "R 1".write(toFile: root + "/lock/.lock.dead/held.R.x", atomically: false, encoding: .utf8)
      let locks = bench.locks(1)
      _ = try await locks.take()
      await locks.release()
      #expect(bench.files("A").isEmpty)
      // A file that lost its content with the power is a lock all the same.
      try FileManager.default.createDirectory(atPath: root + "/lock", withIntermediateDirectories: true)
      for path in [root, root + "/lock"] { chmod(path, 0o700) }
      try "".write(toFile: root + "/lock/held.R.x", atomically: false, encoding: .utf8)
      let refusal = await #expect(throws: Failure.self) { _ = try await bench.locks(1).take() }
      #expect(refusal?.message == "A is locked by run R (its lock cannot be read; no sign of life)")
    }
  }
}
