import Foundation
import Records
import Release
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
    // From the root, since the process goes to the folder that the run was begun in.
    let logDir = Self.absolute(logDir)
    guard beginning == nil else {
      let folder = try RunFolder.find(beginning, in: logDir)
      guard let run = try PastRun(folder) else {
        throw Failure(
          .refused, "run \(folder.id): it ended before it had a plan, and has changed nothing",
          remedy:
            "remove the locks that it may have left with 'zdupgrade unlock --run \(folder.id)', and begin anew with "
            + "'zdupgrade \(command)'")
      }
      try run.basis.check(command, of: folder.id)
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

  /// Sees that what is wanted now, by `basis`, comes to the same `plan`.
  ///
  /// - Parameters:
  ///   - file: what it is made from, and which file that is.
  ///   - remedy: what else the operator can do than to put it back as it was.
  /// - Throws: `Failure` of kind `.refused` that names what changed.
  func compare(_ basis: RunBasis, _ plan: Plan, named file: String, remedy: String) throws(Failure) {
    var changes: [String] = []
    if basis.topologyDigest != self.basis.topologyDigest { changes.append("\(file) is not what it was") }
    if basis.optionsDigest != self.basis.optionsDigest {
      changes.append("the options do not mean what they meant (this is zdupgrade \(Release.name))")
    }
    if plan != self.plan { changes.append("the plan that follows from them is another one") }
    guard let first = changes.first else { return }
    throw Failure(
      .refused, "run \(folder.id): \(changes.count == 1 ? first : changes.joined(separator: "; "))",
      remedy: "put it back as it was\(remedy)")
  }

  /// Says that nothing is left to do, with the summary, which may not have been seen: a run that is killed right behind its
  /// last entry has printed none.
  ///
  /// - Throws: `Failure` when the journal cannot be read.
  func tellSuccess() async throws {
    let report = RunReport()
    for event in try PastEvents(folder).events { await report.read(event) }
    Console.result(await report.lines())
    Console.progress(["run \(folder.id) has ended in success: nothing is left to do"])
  }

  /// `path` from the root.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}

extension RunBasis {
  /// Sees that the run was begun by `command`.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the commands of its kind.
  func check(_ command: String, of run: RunID) throws(Failure) {
    guard self.command != command else { return }
    let kind = self.command.split(separator: " ").dropLast().map { "\($0) " }.joined()
    throw Failure(
      .refused, "run \(run): was begun by 'zdupgrade \(self.command)'",
      remedy: "give it to 'zdupgrade \(kind)resume', '\(kind)rollback' or '\(kind)status'")
  }
}
