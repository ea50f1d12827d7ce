import FoundationEssentials
import Glibc

/// One live process of an nginx, as `/proc` shows it.
struct NGINXProcess {
  private let pid: Int32
  private let title: String

  /// The process `pid`, if it lives (a zombie does not) and calls itself nginx.
  init?(_ pid: Int32) {
    // The state stands behind the last `)`: the name before it may hold anything.
    guard let title = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"), !title.isEmpty,
      let status = FileManager.default.contents(atPath: "/proc/\(pid)/stat"),
      let parenthesis = status.lastIndex(of: UInt8(ascii: ")")), status.count > parenthesis + 2,
      status[parenthesis + 2] != UInt8(ascii: "Z")
    else { return nil }
    self.pid = pid
    self.title = String(decoding: title, as: UTF8.self)
    guard self.title.hasPrefix("nginx: ") || self.title.hasPrefix("/usr/sbin/nginx") else { return nil }
  }

  /// Whether it is the master of a server whose prefix is `directory`.
  func isMaster(of directory: String) -> Bool {
    title.hasPrefix("nginx: master process ") && title.contains(" -p \(directory)/ ")
  }

  /// Whether it is the master, or a worker, of a server in `directory`; also while it has not named itself yet.
  func belongs(to directory: String, errorLog: String) -> Bool {
    isMaster(of: directory) || hasOpen(errorLog)
  }

  private func hasOpen(_ file: String) -> Bool {
    let folder = "/proc/\(pid)/fd"
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return descriptors.contains {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == file
    }
  }
}
