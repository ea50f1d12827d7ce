import Synchronization
import TestDoubles
import Testing
import Upgrade

@Suite("The command executor performs acts")
struct CommandExecutorTests {
  private static let node = Node(name: "A", host: "a", groups: ["G"])

  private struct SomeDiagnosis: Diagnosis {
    func reading(of line: String) -> LineReading {
      LineReading(isWarning: line.hasPrefix("WARN"), meaning: line.contains("known") ? "do this" : nil)
    }
  }

  private func perform(
    _ action: Action, _ answers: [(String, ScriptedHandler.Answer)] = [], balancer: [DrainState] = [.drained],
    standing: Standing = .enabled, polls: Int = 1, status: Int = 200, secrets: [SecretName: Secret] = [:]
  ) async -> (failure: Failure?, ran: [String], events: [Event]) {
    let handler = ScriptedHandler(answers)
    let journal = EventRecorder()
    let runner = CommandRunner(handler: handler, secrets: secrets, diagnosis: SomeDiagnosis(), journal: journal)
    let executor = CommandExecutor(
      runner: runner, balancer: ScriptedBalancer(balancer, standing, polls: polls),
      probe: ScriptedProbe(status: status), gates: GateKeeper(runner: runner, journal: journal, clock: ManualClock()),
      journal: journal, clock: ManualClock())
    do {
      try await executor.perform(
        Act("do it", action), as: Attempt(StepID("A", stage: 0, step: 0), number: 1), on: Self.node)
      return (nil, await handler.ran, await journal.events)
    } catch {
      return (Failure.from(error, as: .refused), await handler.ran, await journal.events)
    }
  }

  private static let check = Command("/check")
  private static func goal(_ wanted: ProcessGoal.State, fallback: Command? = nil) -> Action {
    .ensure(ProcessGoal(wanted, check: check, fallback: fallback, act: Command("/act"), deadline: 5))
  }

  @Test("a command that exits with a code other than 0 fails with that code, its last lines and what they mean")
  func exitCode() async {
    let action = Action.run(Command("/x"), timeout: 5)
    let (failure, _, events) = await perform(
      action, [("/x", .exits(100, output: "one\ntwo known\n", errors: "WARN: three"))])
    #expect(failure?.kind == .exit && failure?.exitCode == 100 && failure?.remedy == "do this")
    #expect(failure?.evidence == ["one", "two known", "WARN: three"])
    #expect(events.contains(.warning(node: "A", text: "WARN: three")))
    #expect(events.contains(.finding(node: "A", Finding(line: "two known", meaning: "do this"))))
  }

  @Test("a command that is ended by a signal fails with 128 and the signal's number")
  func signal() async {
    let (failure, _, _) = await perform(.run(Command("/x"), timeout: 5), [("/x", .signal("KILL"))])
    #expect(failure?.kind == .signal && failure?.exitCode == 137)
  }

  @Test("a process that is as wanted already is left alone")
  func alreadyStopped() async {
    let (failure, ran, _) = await perform(Self.goal(.stopped), [("/check", .exits(1))])
    #expect(failure == nil && ran == ["A: /check"])
  }

  @Test("a process that still ends from an earlier stop is not taken for running: it is started again")
  func stillEnding() async {
    func goal(_ settling: Int) -> Action {
      .ensure(ProcessGoal(.running, check: Self.check, act: Command("/act"), deadline: 5, settling: settling))
    }
    let ending = await perform(goal(5), [("/check", .exits(0, 0, 1, 0)), ("/act", .exits(0))])
    #expect(ending.failure == nil && ending.ran.filter { $0 == "A: /act" }.count == 1)
    let running = await perform(goal(5), [("/check", .exits(0)), ("/act", .exits(0))])
    #expect(running.failure == nil && !running.ran.contains("A: /act"))
    #expect(await perform(goal(0), [("/check", .exits(0))]).ran == ["A: /check"])
  }

  @Test("a process is started, and polled until it is seen to run")
  func starting() async {
    let (failure, ran, _) = await perform(
      Self.goal(.running), [("/check", .exits(1, 1, 1, 0)), ("/act", .exits(0))])
    #expect(failure == nil)
    #expect(ran == ["A: /check", "A: /act", "A: /check", "A: /check", "A: /check"])
  }

  @Test("a process that does not stop fails by its deadline")
  func refusesToStop() async {
    let (failure, _, _) = await perform(Self.goal(.stopped), [("/check", .exits(0)), ("/act", .exits(0))])
    #expect(failure?.kind == .timeout && failure?.message == "still not stopped after 5 s" && failure?.exitCode == 124)
  }

  @Test("a start that fails gives its own exit code, unless the process runs all the same")
  func failingStart() async {
    let failing = await perform(Self.goal(.running), [("/check", .exits(1)), ("/act", .exits(3))])
    #expect(failing.failure?.exitCode == 3)
    let running = await perform(Self.goal(.running), [("/check", .exits(1, 0)), ("/act", .exits(3))])
    #expect(running.failure == nil)
  }

  @Test("where the check knows no answer the fall-back is asked, and no answer at all is a failure")
  func fallback() async {
    let answered = await perform(
      Self.goal(.running, fallback: Command("/look")), [("/check", .exits(2)), ("/look", .exits(0))])
    #expect(answered.failure == nil && answered.ran == ["A: /check", "A: /look"])
    let unanswered = await perform(Self.goal(.running), [("/check", .exits(2))])
    #expect(unanswered.failure?.kind == .exit)
  }

  @Test("a drain waits for the balancer, and fails with what is left when the deadline has passed")
  func draining() async {
    let done = await perform(
      .balancer(.drain(deadline: 5)),
      balancer: [.draining(inFlight: nil, "3"), .draining(inFlight: nil, "1"), .drained])
    #expect(done.failure == nil)
    let stuck = await perform(
      .balancer(.drain(deadline: 5)), balancer: [.draining(inFlight: nil, "still 14 connections")])
    #expect(stuck.failure?.kind == .notDrained)
    #expect(stuck.failure?.message == "still 14 connections, still after 5 s")
  }

  @Test("a balancer that counts is believed only after several zeros in a row")
  func countedDrain() async {
    let zero = DrainState.drained
    let one = DrainState.draining(inFlight: 1, "1 request in flight")
    #expect(await perform(.balancer(.drain(deadline: 5)), balancer: [zero, zero, one, zero], polls: 3).failure == nil)
    // Two looks fit into a quarter of a second.
    let flickering = await perform(.balancer(.drain(deadline: 0)), balancer: [zero, one], polls: 2)
    #expect(flickering.failure?.kind == .notDrained)
  }

  @Test("with force a drain that does not end is a warning, not a failure")
  func forcedDrain() async {
    let (failure, _, events) = await perform(
      .balancer(.drain(deadline: 5, .force)), balancer: [.draining(inFlight: 14, "still 14 connections")])
    #expect(failure == nil)
    #expect(
      events == [
        .warning(
          node: "A", text: "not drained: still 14 connections, still after 5 s; stopped all the same (force)")
      ])
  }

  @Test("right before the stop the node must still be out, and drained unless the drain was cut short")
  func confirming() async {
    let busy = [DrainState.draining(inFlight: 1, "1 request")]
    #expect(await perform(.balancer(.confirm(mayBeBusy: false)), standing: .disabled).failure == nil)
    #expect(await perform(.balancer(.confirm(mayBeBusy: false)), standing: .unknown).failure == nil)
    #expect(await perform(.balancer(.confirm(mayBeBusy: false)), standing: .enabled).failure?.kind == .balancer)
    #expect(await perform(.balancer(.confirm(mayBeBusy: true)), standing: .mixed).failure?.kind == .balancer)
    let again = await perform(.balancer(.confirm(mayBeBusy: false)), balancer: busy, standing: .disabled)
    #expect(again.failure?.kind == .notDrained)
    #expect(await perform(.balancer(.confirm(mayBeBusy: true)), balancer: busy, standing: .disabled).failure == nil)
  }

  @Test("a node is not taken for serving while the balancer has it down")
  func serving() async {
    #expect(await perform(.balancer(.serve(deadline: 2)), standing: .down).failure?.kind == .balancer)
    #expect(await perform(.balancer(.serve(deadline: 2)), standing: .enabled).failure == nil)
  }

  @Test("a health check that answers wrongly fails with what it answers")
  func health() async {
    let check = Action.answer(HealthCheck("http://a/h", deadline: 2))
    #expect(await perform(check, status: 200).failure == nil)
    #expect(
      await perform(check, status: 503).failure?.message == "http://a/h answers 503 instead of 200, still after 2 s")
  }

  @Test("a secret that a node prints does not reach the journal, also when it comes in pieces")
  func redactedOutput() async {
    let (_, _, events) = await perform(
      .run(Command("/x"), timeout: 5), [("/x", .exits(1, output: "pw is hunter2!\nlast hunter2"))],
      secrets: [.password: Secret("hunter2"), .domainPassphrase: Secret("")])
    #expect(!"\(events)".contains("hunter2"))
    #expect(events.contains(.output(node: "A", stream: .standardOutput, line: "pw is [redacted]!")))
  }
}
