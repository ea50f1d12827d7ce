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
}
