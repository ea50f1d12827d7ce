import Upgrade

/// Writes each node's own log: every command and all that it printed, in the form of the vendor's scripts.
///
/// A command that outlived the process which began it goes on in the log where it was: what a later process finds out
/// about the node before it follows the command again is in the journal only.
public actor NodeLogs: EventReader {
  private static let stepBanner = "##########"
  private static let commandBanner = "------------- ZDU_EXEC_CMD -------------"

  /// What a node's log is in the midst of.
  private struct Place {
    var phase: Phase?
    var isInCommand = false
    /// Whether the command's end stands in the log already.
    var isEndKnown = false
  }

  private let files: [String: LogFile]
  private var places: [String: Place] = [:]
  /// The nodes of which only the journal hears: a command that is not followed again yet was cut off on them.
  private var silent: Set<String> = []

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

  /// Takes in what is in the logs already.
  public func replay(_ event: Event) { _ = lines(of: event) }

  /// Writes what the event says about a node.
  public func read(_ event: Event) {
    guard let (node, lines) = lines(of: event), !silent.contains(node) else { return }
    files[node]?.write(lines)
  }

  /// What `event` adds to the log of a node; nil when nothing.
  private func lines(of event: Event) -> (node: String, lines: [String])? {
    switch event {
    case .continued: silent = Set(places.filter(\.value.isInCommand).keys)
    case .runStarted: silent = []
    case .phaseStarted(let node, let phase): return (node, begin(phase, on: node))
    case .phaseEnded(let node, let phase, _):
      guard !silent.contains(node) else { return nil }
      places[node]?.phase = nil
      return (node, [Self.banner(phase)])
    case .commandStarted(let node, let lines, _): return (node, beginCommand(lines, on: node))
    case .commandFollowed(let node, _):
      places[node, default: Place()].isEndKnown = places[node]?.isInCommand != true
      places[node]?.isInCommand = true
    case .output(let node, _, let line): return (node, [line])
    case .commandEnded(let node, _, let reason): return (node, endCommand(reason, on: node))
    default: break
    }
    return nil
  }

  private func begin(_ phase: Phase, on node: String) -> [String] {
    guard !silent.contains(node) else { return [] }
    let place = places[node, default: Place()]
    guard place.phase != phase else { return [] }
    let cutOff = cutCommandOff(node) + (place.phase.map { [Self.banner($0)] } ?? [])
    places[node, default: Place()].phase = phase
    return cutOff + [Self.banner(phase)]
  }

  private func beginCommand(_ lines: [String], on node: String) -> [String] {
    guard !silent.contains(node) else { return [] }
    let cutOff = cutCommandOff(node)
    places[node, default: Place()].isInCommand = true
    return cutOff + [Self.commandBanner, "command ["] + lines.map { "    \($0)" } + ["]"]
  }

  private func endCommand(_ reason: String?, on node: String) -> [String] {
    guard !silent.contains(node) else { return [] }
    let isKnown = places[node]?.isEndKnown == true
    places[node]?.isInCommand = false
    places[node]?.isEndKnown = false
    return isKnown ? [] : (reason.map { ["ERROR: \($0)"] } ?? []) + ["", Self.commandBanner]
  }

  /// Closes a command that was begun, of which nobody will hear again.
  private func cutCommandOff(_ node: String) -> [String] {
    guard places[node]?.isInCommand == true else { return [] }
    return endCommand("zdupgrade was cut off here", on: node)
  }

  private static func banner(_ phase: Phase) -> String { "\(stepBanner) \(phase.banner) \(stepBanner)" }
}
