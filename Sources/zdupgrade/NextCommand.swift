import Records
import Upgrade

/// A command line that can be run next for a run.
struct NextCommand: Encodable {
  /// The command line.
  let command: String
  /// What it does, as a phrase.
  let effect: String

  /// All of them for `history`, which has come as far as `progress`, the most likely one first; none where nothing is
  /// left to do, or a process does it.
  ///
  /// - Parameter isChanged: whether the configuration is not what it was, so that only a new plan goes on.
  static func all(for history: RunHistory, _ progress: Progress, isChanged: Bool) -> [NextCommand] {
    guard history.state != .running, progress.plan != nil else { return [] }
    let back = progress.pendingRollbacks
    let isOver = progress.status == .success || progress.status == .rolledBack
    guard !isOver || !back.isEmpty else { return [] }
    guard back.isEmpty else {
      return [NextCommand("resume", "takes \(back.listedInOrder) back to the end", for: history)]
    }
    guard !progress.isGoingBack else {
      return [NextCommand("resume", "ends it, since all is taken back; once more, it goes on", for: history)]
    }
    let onward =
      isChanged
      ? NextCommand(
        "resume --replan", "shows the plan that follows from what has changed, and goes on by it", for: history)
      : NextCommand("resume", "goes on with it to the end", for: history)
    guard !progress.disruptedNodes.isEmpty else { return [onward] }
    return [onward, NextCommand("rollback", "takes its nodes back instead", for: history)]
  }

  private init(_ name: String, _ effect: String, for history: RunHistory) {
    let folder = history.folder.logFolder
    let logs = folder == "logs" ? "" : " --log_dir \(ShellQuoting.quote(folder))"
    let kind = (history.basis?.command ?? "").split(separator: " ").dropLast().map { "\($0) " }.joined()
    command = "zdupgrade \(kind)\(name) \(history.folder.id)\(logs)"
    self.effect = effect + (history.state == .elsewhere ? " (on \(history.origin.host))" : "")
  }
}
