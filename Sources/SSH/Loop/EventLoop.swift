import CLibSSH2
import Glibc
import Synchronization

/// One thread that waits for sockets and deadlines, and runs the sessions that live on it.
///
/// It is the executor of its sessions' actors: every libssh2 call is made here, without blocking, and never on Swift's
/// cooperative pool. One thread serves hundreds of sessions, because it waits for all of them at once.
///
/// `@unchecked Sendable`: what other threads touch is behind `inbox`; the rest is touched by the loop's thread alone.
final class EventLoop: SerialExecutor, @unchecked Sendable {
  /// What a socket's owner is told: the bits of `epoll_event.events`.
  typealias Handler = (UInt32) -> Void

  private enum Work {
    case job(UnownedJob)
    case call(@Sendable () -> Void)
  }

  private struct Inbox {
    var work: [Work] = []
    /// Whether the thread sleeps, or is about to, and has to be woken.
    var isAsleep = false
  }

  private let inbox = Mutex(Inbox())
  private let epoll: Int32
  private let wakeUp: Int32
  private var handlers: [Int32: Handler] = [:]
  private var timers = TimerQueue()
  private let thread = Mutex<pthread_t?>(nil)

  /// The loops of this process: one for every four cores, because the servers' end does the most work.
  private static let all = (0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 4)).map { _ in EventLoop() }
  private static let turn = Atomic<Int>(0)
  /// Room to read into, shared by the sessions of this loop; to be used on its thread, between two suspensions.
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

  /// A loop for a new session; they take turns.
  static func next() -> EventLoop {
    all[turn.wrappingAdd(1, ordering: .relaxed).newValue % all.count]
  }

  private init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(epoll >= 0 && wakeUp >= 0, "no file descriptors left for the event loop")
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: wakeUp))
    epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event)
    var id = pthread_t()
    // The loop lives as long as the process, so the thread's reference is never given back.
    let argument = Unmanaged.passRetained(self).toOpaque()
    let result = pthread_create(
      &id, nil,
      { argument in
        guard let argument else { return nil }
        let loop = Unmanaged<EventLoop>.fromOpaque(argument).takeUnretainedValue()
        loop.thread.withLock { $0 = pthread_self() }
        while true { loop.turn() }
      }, argument)
    precondition(result == 0, "no thread for the event loop")
  }

  // MARK: From any thread

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    post(.job(job))
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  func isIsolatingCurrentContext() -> Bool? { isCurrent }

  func checkIsolated() { precondition(isCurrent, "not on the event loop's thread") }

  /// Runs `call` on the loop's thread, after what was given to it before.
  func execute(_ call: @escaping @Sendable () -> Void) { post(.call(call)) }

  private func post(_ work: Work) {
    let hasToWake = inbox.withLock { inbox in
      inbox.work.append(work)
      defer { inbox.isAsleep = false }
      return inbox.isAsleep
    }
    if hasToWake { eventfd_write(wakeUp, 1) }
  }

  /// Whether this is the loop's thread.
  var isCurrent: Bool {
    thread.withLock { id in id.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
  }

  // MARK: On the loop's thread

  /// Tells `handler` about `descriptor`: once when it becomes readable or writable, not for as long as it is so.
  ///
  /// Returns the system's error number, 0 for none.
  func register(_ descriptor: Int32, _ handler: @escaping Handler) -> Int32 {
    assert(isCurrent)
    let interest = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
    var event = epoll_event(events: interest, data: epoll_data_t(fd: descriptor))
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else { return errno }
    handlers[descriptor] = handler
    return 0
  }

  /// Ends what `register` began; to be called before the descriptor is closed.
  func unregister(_ descriptor: Int32) {
    guard handlers.removeValue(forKey: descriptor) != nil else { return }
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
  }

  /// Calls `action` once, after `delay`.
  func schedule(after delay: Duration, _ action: @escaping () -> Void) -> TimerQueue.Timer {
    assert(isCurrent)
    return timers.add(at: .now + delay, action)
  }

  /// Forgets `timer`; does nothing when it is past.
  func cancel(_ timer: TimerQueue.Timer) { timers.remove(timer) }

  private func turn() {
    let work = inbox.withLock { inbox in
      defer { inbox.work = [] }
      return inbox.work
    }
    for work in work {
      switch work {
      case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
      case .call(let call): call()
      }
    }
    wait()
    for action in timers.takeDue() { action() }
  }

  private func wait() {
    let limit = timers.millisecondsToNext
    let timeout = inbox.withLock { inbox -> Int32 in
      if !inbox.work.isEmpty { return 0 }
      inbox.isAsleep = limit != 0
      return limit
    }
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
      let count = Int(epoll_wait(epoll, events.baseAddress, 64, timeout))
      inbox.withLock { $0.isAsleep = false }
      for index in 0..<max(0, count) {
        let descriptor = events[index].data.fd
        if descriptor == wakeUp {
          var value: eventfd_t = 0
          eventfd_read(wakeUp, &value)
        } else {
          handlers[descriptor]?(events[index].events)
        }
      }
    }
  }
}
