import Foundation
import Logging
import Upgrade

/// Writes the run's time-stamped log: steps, errors and, at the end, the summary.
public actor RunLog: EventReader {
  private let file: LogFile
  private let logger: Logger

  /// A log in `folder`, with its first line; `now` gives the time of each line.
  ///
  /// - Throws: `Failure` of kind `.io` when the file cannot be made or written.
  public init(_ folder: LogFolder, now: @escaping @Sendable () -> Date) throws(Failure) {
    let file = try folder.openRunLog()
    self.file = file
    logger = Logger(label: "zdupgrade") { _ in LogFileHandler(file: file, now: now) }
    logger.info("zdupgrade begins")
    // A full disk is to be found now, not when the first node is out of the load balancer.
    if let failure = file.failure { throw failure }
  }

  /// The log's path.
  public nonisolated var path: String { file.path }

  /// Why the log is not complete; nil as long as everything was written.
  public nonisolated var failure: Failure? { file.failure }

  /// Writes what the event says.
  public func read(_ event: Event) {
    guard let line = EventLine(event) else { return }
    logger.log(level: line.isFailure ? .error : .info, "\(line.text)")
    for detail in line.details { logger.log(level: line.isFailure ? .error : .info, "  | \(detail)") }
  }

  /// Writes lines that are no event, for example the summary.
  public func write(_ lines: [String]) {
    for line in lines { logger.info("\(line)") }
  }
}

/// Writes log messages as lines of a file: time, level, message.
private struct LogFileHandler: LogHandler {
  let file: LogFile
  let now: @Sendable () -> Date
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  init(file: LogFile, now: @escaping @Sendable () -> Date) {
    self.file = file
    self.now = now
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let time = now().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    file.write(["\(time) \(event.level.rawValue.uppercased()) \(event.message)"])
  }
}
