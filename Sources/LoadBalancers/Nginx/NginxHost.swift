import Upgrade

/// The host of an nginx: its files and processes, by way of scripts, so that local and remote are the same.
struct NginxHost: Sendable {
  let shell: BalancerShell
  let settings: NginxSettings

  /// An include file as it was read.
  struct Include: Sendable {
    let path: String
    let list: NginxServerList
    /// When it was changed last, in seconds since 1970.
    let changed: UInt64
  }

  /// Reads all include files, by one command: where there are many groups there are many files, and a node is looked at
  /// often.
  func includes() async throws -> [Include] {
    let mark = "zdupgrade-\(UInt64.random(in: 0 ... .max)) "
    let answer = try await shell.run(NginxScripts.read, [mark] + settings.includes)
    let files = Self.files(in: answer.output, behind: Array("\n\(mark)".utf8))
    guard files.count == settings.includes.count, case .code(0) = answer.exit else {
      throw failure("cannot read \(settings.includes.dropFirst(files.count).first ?? "the include files")", answer)
    }
    return zip(settings.includes, files).map { Include(path: $0, list: NginxServerList($1.text), changed: $1.changed) }
  }

  /// What the script has printed: each file stands before a `mark`, which its time of change follows.
  private static func files(in output: [UInt8], behind mark: [UInt8]) -> [(text: [UInt8], changed: UInt64)] {
    var files: [(text: [UInt8], changed: UInt64)] = []
    var rest = output[...]
    while let place = rest.indices.first(where: { rest[$0...].starts(with: mark) }) {
      let line = rest[(place + mark.count)...].prefix { $0 != UInt8(ascii: "\n") }
      guard line.endIndex < rest.endIndex, let changed = UInt64(String(decoding: line, as: UTF8.self)) else { break }
      files.append((Array(rest[..<place]), changed))
      rest = rest[(line.endIndex + 1)...]
    }
    return files
  }

  /// Replaces the file `path`, if it still holds `old`, by one with the content `new`, at once.
  ///
  /// It goes on although the task was cancelled, as half of it would leave a file behind.
  func replace(_ path: String, _ old: [UInt8], by new: [UInt8]) async throws {
    try await Task {
      let staged = try await shell.run(NginxScripts.stage, [path, String(new.count)], input: new)
      guard case .code(0) = staged.exit else { throw failure("cannot write \(path)", staged) }
      let answer = try await shell.run(NginxScripts.commit, [path, staged.text], input: old)
      switch answer.exit {
      case .code(0): return
      case .code(9): throw Failure(.balancer, "nginx: \(path) was changed by another program meanwhile")
      default: throw failure("cannot write \(path)", answer)
      }
    }.value
  }

  /// Lets nginx check its configuration.
  func check(output: @escaping @Sendable (CommandOutput) async -> Void) async throws {
    let answer = try await shell.run(NginxScripts.check, settings.command, output: output)
    guard case .code(0) = answer.exit else {
      let command = Command(words: (settings.command + ["-t"]).map(Command.Word.text)).line
      throw failure("\(command) does not accept the configuration", answer)
    }
  }

  /// The master's workers, or nil when the master is dead.
  func processes() async throws -> NginxProcesses? {
    do {
      return try await listing(NginxScripts.processes)
    } catch is Dead {
      return nil
    }
  }

  /// Makes the master read its configuration, and gives the workers from right before that.
  func hangUp() async throws -> NginxProcesses {
    do {
      return try await listing(NginxScripts.hangUp)
    } catch let dead as Dead {
      throw Failure(
        .balancer, "nginx: master is dead", evidence: dead.lines,
        remedy: "start nginx, or correct pidFile (\(settings.pidFile))")
    }
  }

  /// Those of `processes` that still run.
  func alive(_ processes: Set<NginxProcesses.Identity>) async throws -> Set<NginxProcesses.Identity> {
    let answer = try await shell.run(NginxScripts.alive, processes.map(\.text).sorted())
    guard case .code(0) = answer.exit else { throw failure("cannot list the worker processes", answer) }
    let lines = Set(answer.text.split(separator: "\n").map(String.init))
    return processes.filter { lines.contains($0.text) }
  }

  private struct Dead: Error { let lines: [String] }

  private func listing(_ script: String) async throws -> NginxProcesses {
    let answer = try await shell.run(script, [settings.pidFile])
    switch answer.exit {
    case .code(3), .code(4), .code(5): throw Dead(lines: answer.lines)
    case .code(6): throw failure("the master does not take our signal", answer)
    case .code(0): break
    default: throw failure("cannot list the worker processes", answer)
    }
    guard let processes = NginxProcesses(answer.text) else { throw failure("cannot list the worker processes", answer) }
    return processes
  }

  private func failure(_ message: String, _ answer: BalancerShell.Answer) -> Failure {
    Failure(.balancer, "nginx: \(message)", evidence: answer.lines)
  }
}
