/// Deadlines and what to do at them; a binary heap, so that hundreds of sessions cost little.
struct TimerQueue {
  /// Names a timer.
  struct Timer: Hashable {
    fileprivate let id: UInt64
  }

  private struct Entry {
    let deadline: ContinuousClock.Instant
    let id: UInt64
  }

  private var heap: [Entry] = []
  private var actions: [UInt64: () -> Void] = [:]
  private var lastID: UInt64 = 0

  /// Adds `action`, to be called once at `deadline`.
  mutating func add(at deadline: ContinuousClock.Instant, _ action: @escaping () -> Void) -> Timer {
    lastID += 1
    actions[lastID] = action
    heap.append(Entry(deadline: deadline, id: lastID))
    siftUp(heap.count - 1)
    return Timer(id: lastID)
  }

  /// Forgets a timer. Its place in the heap is given up when it comes to the top, or when most places are such.
  mutating func remove(_ timer: Timer) {
    guard actions.removeValue(forKey: timer.id) != nil else { return }
    if heap.count > 64, heap.count > 4 * actions.count {
      heap = heap.filter { actions[$0.id] != nil }.sorted { $0.deadline < $1.deadline }
    }
  }

  /// For `epoll_wait`: rounded up, 0 when one is due, -1 without any.
  var millisecondsToNext: Int32 {
    guard let first = heap.first else { return -1 }
    let (seconds, attoseconds) = (first.deadline - .now).components
    if seconds < 0 || attoseconds < 0 { return 0 }
    return Int32(min(seconds, 1_000_000) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  /// Removes and gives the actions whose deadline has come.
  mutating func takeDue() -> [() -> Void] {
    guard !heap.isEmpty else { return [] }
    let now = ContinuousClock.now
    var due: [() -> Void] = []
    while let first = heap.first, first.deadline <= now || actions[first.id] == nil {
      removeFirst()
      if let action = actions.removeValue(forKey: first.id) { due.append(action) }
    }
    return due
  }

  private mutating func removeFirst() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].deadline < heap[least].deadline { least = child }
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private mutating func siftUp(_ index: Int) {
    var child = index
    while child > 0, heap[child].deadline < heap[(child - 1) / 2].deadline {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }
}
