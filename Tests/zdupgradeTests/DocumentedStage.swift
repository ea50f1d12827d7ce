import Testing

/// Where a command that the docs show is run as it stands there.
enum DocumentedStage {
  /// Anywhere: it needs nothing.
  case anywhere
  /// Where the questions of `init` are answered.
  case interview
  /// In a lab with an upgrade before it.
  case rolling
  /// With the upgrade of that lab as what is rehearsed.
  case rehearsal
  /// In a blue-green stage.
  case blueGreen
  /// By the lab's own program, with no lab there yet.
  case labs
}

extension DocumentedCommand {
  /// Where it is run; nil for one that no test has a place for.
  var stage: DocumentedStage? {
    guard words.count > 1 else { return nil }
    switch (words[0], words[1]) {
    case ("zdupgrade", "--version"), ("zdupgrade", "--generate-completion-script"): return .anywhere
    case ("zdupgrade", "init"): return .interview
    case ("zdupgrade", "rehearse"): return .rehearsal
    case ("zdupgrade", "bluegreen"), ("zdupgrade", "gateway"): return .blueGreen
    case ("zdulab", "up"), ("zdulab", "down"), ("zdulab", "demo"), ("zdulab", "compose"), ("zdulab", "bluegreen"):
      return .labs
    case ("zdulab", _): return words.contains("/tmp/lab") ? .rolling : nil
    case ("zdupgrade", let name): return Self.ofRolling.contains(name) ? .rolling : nil
    default: return nil
    }
  }

  private static let ofRolling: Set = [
    "discover", "plan", "check", "run", "runs", "logs", "status", "report", "watch", "locks", "unlock", "resume",
    "rollback",
  ]
}

/// The commands of one stage, each to be run.
final class DocumentedScript {
  private let all: [[String]]
  private var left: Set<[String]>

  /// The commands of `stage`.
  init(_ stage: DocumentedStage) {
    var seen: Set<[String]> = []
    all = DocumentedCommand.all.filter { $0.stage == stage }.map(\.words).filter { seen.insert($0).inserted }
    left = seen
  }

  /// Those of the program with these names, with the program, in the order of the names.
  func commands(_ program: String = "zdupgrade", _ names: String...) -> [[String]] {
    names.flatMap { name in all.filter { $0[0] == program && $0[1] == name } }
  }

  /// It was run.
  func tick(_ command: [String]) { left.remove(command) }

  /// Sees that none was left out.
  func expectDone(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(!all.isEmpty && left.isEmpty, "never run: \(left)", sourceLocation: sourceLocation)
  }
}
