import Foundation
import Upgrade

/// The folder of the logs: `<folder>/zdupgrade-<time>.log` for the run, `<folder>/<node>/zdupgrade-<time>.log` for each node.
///
/// Folders are 0700 and files 0600: what nodes print is nobody else's business.
public struct LogFolder: Sendable {
  /// The folder's path.
  public let path: String
  private let fileName: String
  private let flags: Int32

  private static func fileName(_ time: Date) -> String { "zdupgrade-\(RunID.stamp(time)).log" }

  /// The folder at `path`, which is made where it is missing, for a run that begins at `time`, or that began then and
  /// `isContinued`: the logs that it has are appended to.
  ///
  /// - Throws: `Failure` of kind `.io` when it cannot be made.
  public init(_ path: String, time: Date, isContinued: Bool = false) throws(Failure) {
    self.path = path
    flags = O_CREAT | (isContinued ? 0 : O_EXCL)
    fileName = Self.fileName(time)
    try Self.makeFolder(path)
  }

  /// Opens the run's own log file.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public func openRunLog() throws(Failure) -> LogFile { try LogFile("\(path)/\(fileName)", flags: flags) }

  /// Opens the log file of `node`, whose name must be good for a folder.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public func openNodeLog(_ node: String) throws(Failure) -> LogFile {
    try Self.makeFolder("\(path)/\(node)")
    return try LogFile("\(path)/\(node)/\(fileName)", flags: flags)
  }

  private static func makeFolder(_ path: String) throws(Failure) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure(
        .io, "log folder \(path): cannot be made: \(FileTrouble.text(error))", remedy: "give another --log_dir")
    }
  }
}

// The logs of a run that was.
extension LogFolder {
  /// The path of the log of `run`, or of `node` in it.
  ///
  /// - Throws: `Failure` of kind `.refused` when there is none; it names the nodes that have one.
  public static func log(of run: RunFolder, node: String? = nil) throws(Failure) -> String {
    let file = fileName(run.id.time)
    guard let node else {
      let path = "\(run.logFolder)/\(file)"
      guard access(path, F_OK) == 0 else { throw Failure(.refused, "run \(run.id): its log \(path) is not there") }
      return path
    }
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: run.logFolder)) ?? []
    let nodes = folders.filter { access("\(run.logFolder)/\($0)/\(file)", F_OK) == 0 }.sorted()
    guard nodes.contains(node) else {
      let known = nodes.isEmpty ? "no node has one" : "there are \(nodes.joined(separator: ", "))"
      throw Failure(.refused, "run \(run.id): no log of a node '\(PlainText.oneLine(node))'; \(known)")
    }
    return "\(run.logFolder)/\(node)/\(file)"
  }
}
