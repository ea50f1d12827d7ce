import Foundation
import Upgrade

/// The folder of the logs: `<folder>/zdupgrade-<time>.log` for the run, `<folder>/<node>/zdupgrade-<time>.log` for each node.
///
/// Folders are 0700 and files 0600: what nodes print is nobody else's business.
public struct LogFolder: Sendable {
  /// The folder's path.
  public let path: String
  private let fileName: String

  /// The folder at `path`, which is made where it is missing, for a run that begins at `time`.
  ///
  /// - Throws: `Failure` of kind `.io` when it cannot be made.
  public init(_ path: String, time: Date) throws(Failure) {
    self.path = path
    fileName = "zdupgrade-\(Self.stamp(time)).log"
    try Self.makeFolder(path)
  }

  /// Opens the run's own log file.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public func openRunLog() throws(Failure) -> LogFile { try LogFile("\(path)/\(fileName)") }

  /// Opens the log file of `node`, whose name must be good for a folder.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public func openNodeLog(_ node: String) throws(Failure) -> LogFile {
    try Self.makeFolder("\(path)/\(node)")
    return try LogFile("\(path)/\(node)/\(fileName)")
  }

  private static func makeFolder(_ path: String) throws(Failure) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure(
        .io, "log folder \(path): cannot be made: \(error.localizedDescription)", remedy: "give another --log_dir")
    }
  }

  /// UTC, to the millisecond, without characters that a file name should not have.
  private static func stamp(_ time: Date) -> String {
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .standard, includingFractionalSeconds: true)
    return time.formatted(style).filter { $0 != ":" && $0 != "-" }
  }
}
