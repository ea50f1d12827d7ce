import FoundationEssentials
import Glibc

/// Where a program is.
enum ProgramPath {
  /// The program of this name in the environment's `PATH`, or the one of this path; nil where there is none.
  static func find(_ name: String) -> String? {
    guard !name.contains("/") else { return access(name, X_OK) == 0 ? name : nil }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
