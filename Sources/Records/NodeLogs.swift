import Upgrade

/// Writes each node's own log: every command and all that it printed, in the form of the vendor's scripts.
public actor NodeLogs: EventReader {
  private static let stepBanner = "##########"
  private static let commandBanner = "------------- ZDU_EXEC_CMD -------------"
  private let files: [String: LogFile]

  /// Logs in `folder` for `nodes`; all files are opened at once so that a folder that cannot be used is found early.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public init(_ folder: LogFolder, nodes: [String]) throws(Failure) {
    var files: [String: LogFile] = [:]
    for node in nodes { files[node] = try folder.openNodeLog(node) }
    self.files = files
  }

  /// Why a log is not complete; nil as long as everything was written.
  public var failure: Failure? { files.values.lazy.compactMap(\.failure).first }

  /// Writes what the event says about a node.
  public func read(_ event: Event) {
    switch event {
    case .phaseStarted(let node, let phase), .phaseEnded(let node, let phase, _):
      write(node, ["\(Self.stepBanner) \(phase.banner) \(Self.stepBanner)"])
    case .commandStarted(let node, let lines, _):
      write(node, [Self.commandBanner, "command ["] + lines.map { "    \($0)" } + ["]"])
    case .output(let node, _, let line):
      write(node, [line])
    case .commandEnded(let node, _, let reason):
      write(node, (reason.map { ["ERROR: \($0)"] } ?? []) + ["", Self.commandBanner])
    default: break
    }
  }

  private func write(_ node: String, _ lines: [String]) { files[node]?.write(lines) }
}
