import Axway
import Records
import Upgrade

/// What can be said without asking anybody: about this machine, and about topology and options together.
struct ControlChecks {
  private let topology: Topology
  private let options: UpgradeOptions
  private let logDir: String

  /// The checks for a run whose logs would be in `logDir`.
  init(_ topology: Topology, _ options: UpgradeOptions, logDir: String) {
    self.topology = topology
    self.options = options
    self.logDir = logDir
  }

  /// All of them. As many files as are needed can be open behind it.
  var all: [Check] { [openFiles, logFolder] + optionRules }

  /// Whether nodes can be asked at all.
  static func mayLook(_ checks: [Check]) -> Bool {
    !checks.contains { $0.check == .openFiles && $0.result == .fail }
  }

  private var openFiles: Check {
    do {
      try ControlNode.makeRoom(for: topology.nodes.count, forks: options.forks)
    } catch {
      return Self.failed(.openFiles, error)
    }
    return Check(
      .openFiles, on: Check.controlNode, .pass,
      "\(ControlNode.this.filesNeeded(for: topology.nodes.count, forks: options.forks)) at once at most, of "
        + "\(ControlNode.this.openFiles) that may be")
  }

  private var logFolder: Check {
    do {
      let free = try RunFolder.checkPlace(logDir)
      return Check(.logFolder, on: Check.controlNode, .pass, "\(free >> 20) MiB are free for \(logDir)")
    } catch {
      return Self.failed(.logFolder, error)
    }
  }

  private static func failed(_ id: CheckID, _ failure: Failure) -> Check {
    Check(id, on: Check.controlNode, .fail, failure.message, remedy: failure.remedy ?? "see why by hand")
  }

  private var optionRules: [Check] {
    let problems = OptionRules.problems(topology, options)
    guard problems.isEmpty else { return problems.map { Check(.options, $0) } }
    return [Check(.options, on: Check.all, .pass, "topology and options fit each other")]
  }
}
