import FoundationEssentials
import Upgrade

/// Looks at a lab behind an upgrade.
struct FinalStateReader: Sendable {
  let lab: any CrashLab
  /// The folder that holds the logs, and the home of `zdupgrade`.
  let folder: String
  /// How long what is about to end may take.
  let patience: Duration

  /// How it stands; what is about to end gets some time for it.
  ///
  /// - Parameters:
  ///   - code: the exit code of the last `zdupgrade`.
  ///   - reference: how it should stand; as long as it stands otherwise it is looked at again.
  func read(code: Int32, until reference: FinalState?) async -> FinalState {
    let deadline = ContinuousClock.now + patience
    while true {
      let state = await read(code: code)
      let isDone = reference.map { state.differences(from: $0, in: [.standing, .trace]).isEmpty } ?? strays.isEmpty
      if isDone || ContinuousClock.now > deadline { return state }
      await Task.detached { try? await Task.sleep(for: .milliseconds(200)) }.value
    }
  }

  private func read(code: Int32) async -> FinalState {
    var state = FinalState()
    state.note(.standing, "exit code", "\(code)")
    await lab.note(in: &state)
    state.note(.standing, "left on the control node", Set(Self.files(in: folder)).sorted().joined(separator: ", "))
    state.note(.standing, "left processes", strays.joined(separator: ", "))
    return state
  }

  /// The lab's processes that are neither servers nor the product's.
  private var strays: [String] {
    let known = lab.servers
    return LabProcesses(directory: lab.directory).running.filter {
      !known.contains($0.pid) && $0.name != "nginx" && $0.name != "haproxy"
    }.map(\.name).sorted()
  }

  /// The files in `folder` and below, with placeholders for what differs from run to run; nothing where it is not there.
  static func files(in folder: String) -> [String] {
    let found = FileManager.default.subpaths(atPath: folder) ?? []
    return found.filter { !$0.hasSuffix(".out") }.map(mask).sorted()
  }

  /// The name with `RUN` for a run's id and `TIME` for a time.
  static func mask(_ text: String) -> String {
    text.replacing(/[0-9]{8}T[0-9]{6}(\.[0-9]{3})?Z-[0-9a-f]{4}/, with: "RUN")
      .replacing(/[0-9]{8}T[0-9]{6}(\.[0-9]{3})?Z/, with: "TIME")
  }
}
