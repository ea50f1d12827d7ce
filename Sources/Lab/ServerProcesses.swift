import FoundationEssentials
import Glibc

/// Finds and ends processes by what `/proc` says about them, so that no recycled process id is ever taken for ours.
enum ServerProcesses {
  /// The processes whose name begins with `name`.
  static func all(named name: String) -> [Int32] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap(Int32.init).filter { line("/proc/\($0)/comm").hasPrefix(name) }
  }

  /// Whether the process has the file open; also when the file was removed.
  static func hasOpen(_ path: String, in process: Int32) -> Bool {
    let folder = "/proc/\(process)/fd"
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return descriptors.contains {
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
      return target == path || target == path + " (deleted)"
    }
  }

  /// Whether `folder` is the working directory of one of the process's threads, which may live longer than its first.
  static func isAt(_ folder: String, _ process: Int32) -> Bool {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    let folder = TextFile.resolve(folder) ?? folder
    return threads.contains { thread in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/task/\(thread)/cwd")) == folder
    }
  }

  /// Ends the processes that `find` gives and all that descend from them: asked first, after 2 s by force.
  ///
  /// `find` is asked again until it gives nothing, so that what starts meanwhile is ended too; gives up after 10 s.
  ///
  /// - Parameter isSudden: ends what `find` gives by force at once and before its descendants, so that it can tell nobody
  ///   about their end.
  static func end(isSudden: Bool = false, _ find: () -> [Int32]) async {
    let start = ContinuousClock.now
    var pending: Set<Int32> = []
    while true {
      let roots = find()
      let found = withDescendants(roots)
      pending = pending.filter(isRunning).union(found)
      let elapsed = ContinuousClock.now - start
      if pending.isEmpty || elapsed > .seconds(10) { return }
      if isSudden { for process in roots { kill(process, SIGKILL) } }
      for process in found { kill(process, SIGTERM) }
      if elapsed > .seconds(2) { for process in pending { kill(process, SIGKILL) } }
      // A cancelled task must clean up all the same, so its sleep is not the caller's.
      await Task.detached { try? await Task.sleep(for: .milliseconds(10)) }.value
    }
  }

  /// Whether the process is there and not a zombie; one whose first thread is over goes on as long as others run, which
  /// still have its sockets.
  static func isRunning(_ process: Int32) -> Bool {
    guard let fields = status(of: process) else { return false }
    guard fields.state == "Z" || fields.state == "X" else { return true }
    let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
    return (threads?.count ?? 0) > 1
  }

  private static func withDescendants(_ roots: [Int32]) -> Set<Int32> {
    var family = Set(roots.filter(isRunning))
    if family.isEmpty { return family }
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let parents = entries.compactMap(Int32.init).compactMap { process in
      status(of: process).flatMap { $0.state == "Z" ? nil : (process, $0.parent) }
    }
    var size = 0
    while size != family.count {
      size = family.count
      for (process, parent) in parents where family.contains(parent) { family.insert(process) }
    }
    return family
  }

  /// State and parent from `/proc/PID/stat`; the name before them is in brackets and may hold anything.
  private static func status(of process: Int32) -> (state: Substring, parent: Int32)? {
    let text = line("/proc/\(process)/stat")
    guard let bracket = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: bracket)...].split(separator: " ")
    guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
    return (fields[0], parent)
  }

  private static func line(_ path: String) -> String {
    guard let file = fopen(path, "re") else { return "" }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = fread(&buffer, 1, buffer.count, file)
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}
