import Foundation
import Synchronization

/// Holds back the signals that would end the process as long as it lives, and ignores SIGHUP meanwhile.
struct HeldSignals {
  private static let numbers = [SIGINT, SIGTERM, SIGQUIT, SIGHUP]
  /// The signal that was held back last; a handler can reach nothing but what is there for the whole process.
  private static let held = Atomic<Int32>(0)
  private static let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
  private let former: [sigaction]

  /// Begins to hold back.
  init() {
    Self.held.store(0, ordering: .relaxed)
    former = Self.numbers.map { number in
      var (action, former) = (sigaction(), sigaction())
      sigaction(number, nil, &former)
      // What is ignored stays so, as nohup and a shell's background jobs have it.
      if unsafeBitCast(former.__sigaction_handler.sa_handler, to: Int.self) == Self.ignored { return former }
      action.__sigaction_handler.sa_handler =
        number == SIGHUP ? SIG_IGN : { HeldSignals.held.store($0, ordering: .relaxed) }
      sigaction(number, &action, nil)
      return former
    }
  }

  /// Whether a signal is held back.
  var isInterrupted: Bool { Self.held.load(ordering: .relaxed) != 0 }

  /// Gives the signals their former effect; one that was held back has it now.
  func release() {
    for (number, action) in zip(Self.numbers, former) {
      var action = action
      sigaction(number, &action, nil)
    }
    let number = Self.held.load(ordering: .relaxed)
    if number != 0 { kill(getpid(), number) }
  }
}
