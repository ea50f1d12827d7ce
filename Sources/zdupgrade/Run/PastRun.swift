import Foundation
import Records
import Upgrade

/// A run that another process has begun: its plan, what that was made from, and whether it would be made so again.
struct PastRun {
  let folder: RunFolder
  let plan: Plan
  let basis: RunBasis
  /// How it ended; nil where it was cut off.
  let status: Status?

  /// The run of `logDir` whose id begins with `beginning`; without one the newest that has come to a plan, of those that
  /// were begun by `command`.
  ///
  /// - Throws: `Failure` of kind `.refused` when there is none, or it has not come to a plan.
  init(_ beginning: String?, in logDir: String, command: String = "run") throws {
    guard beginning == nil else {
      let folder = try RunFolder.find(beginning, in: logDir)
      guard let run = try PastRun(folder) else {
        throw Failure(
          .refused, "run \(folder.id): it ended before it had a plan, and has changed nothing",
          remedy:
            "remove the locks that it may have left with 'zdupgrade unlock --run \(folder.id)', and begin anew with "
            + "'zdupgrade run'")
      }
      guard run.basis.command == command else {
        throw Failure(
          .refused, "run \(folder.id): was begun by 'zdupgrade \(run.basis.command)'",
          remedy: run.basis.command == "run"
            ? "give it to 'zdupgrade resume', 'rollback' or 'status'"
            : "give it to a command of the same kind: '\(run.basis.command.replacing("run", with: "resume"))', "
              + "'\(run.basis.command.replacing("run", with: "rollback"))'")
      }
      self = run
      return
    }
    for folder in try RunFolder.all(in: logDir) {
      guard let run = try PastRun(folder), run.basis.command == command else { continue }
      self = run
      return
    }
    throw Failure(.refused, "log folder \(logDir): no run that has changed anything is in it")
  }

  private init?(_ folder: RunFolder) throws {
    let past = try PastEvents(folder)
    guard let plan = past.progress.plan, let basis = past.basis else { return nil }
    (self.folder, self.plan, self.basis, status) = (folder, plan, basis, past.progress.status)
  }

  /// `path` from the root.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
