import FoundationEssentials
import Glibc

/// A group of processes, known by the number of the one that leads it.
struct ProcessGroup {
  let leader: Int32

  /// Whether a process of the group runs; one that has ended but is not reaped yet does not count.
  var isAlive: Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.contains { Int32($0) != nil && isLivingMember($0) }
  }

  /// Waits until none of its processes runs, but no longer than `limit`; cancellation does not end the wait.
  func waitForEnd(within limit: Duration) async {
    let deadline = ContinuousClock.now + limit
    while isAlive, ContinuousClock.now < deadline {
      await Task { try? await Task.sleep(for: .milliseconds(20)) }.value
    }
  }

  private func isLivingMember(_ process: String) -> Bool {
    guard let status = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
    // Behind the last `)` (the name before it may hold anything): state, parent, group.
    let fields = String(decoding: status, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 2 && fields[0] != "Z" && Int32(fields[2]) == leader
  }
}
