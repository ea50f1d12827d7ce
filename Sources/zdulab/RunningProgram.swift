import Glibc
import Upgrade

/// The program that runs now.
enum RunningProgram {
  /// Its absolute path.
  static func path() throws -> String {
    guard let path = realpath("/proc/self/exe", nil) else { throw Failure(.io, "find the path of zdulab itself") }
    defer { free(path) }
    return String(cString: path)
  }

  /// The `zdupgrade` that a command works with: the `given` one; else the one beside this program, or the first in `PATH`.
  ///
  /// - Throws: `Failure` of kind `.io` when there is none.
  static func zdupgrade(_ given: String?) throws -> String {
    if let given { return given }
    let beside = try path().split(separator: "/").dropLast().map { "/\($0)" }.joined()
    let folders = [beside] + (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init)
    let candidates = folders.map { "\($0)/zdupgrade" }
    guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else {
      throw Failure(
        .io, "find zdupgrade: it is neither in \(beside), beside zdulab, nor in PATH",
        remedy: "give its path with --zdupgrade")
    }
    return found
  }
}
