import Upgrade

/// The host of an nginx: its files and processes, by way of scripts, so that local and remote are the same.
struct NginxHost: Sendable {
  let shell: BalancerShell
  let settings: NginxSettings
  let clock: any Clock<Duration>
  /// Where many nodes are upgraded at the same time, who wants to look gets the look that begins next.
  private let looks = Turns<Set<NginxProcesses.Identity>, Look>()

  init(shell: BalancerShell, settings: NginxSettings, clock: any Clock<Duration>) {
    self.shell = shell
    self.settings = settings
    self.clock = clock
  }

  /// An include file as it was read.
  struct Include: Sendable {
    let path: String
    let list: NginxServerList
    /// When it was changed last, in seconds since 1970.
    let changed: UInt64
  }

  /// What one look has seen.
  struct Look: Sendable {
    let includes: [Include]
    let isMasterAlive: Bool
    /// Those that still run of the processes that were asked about.
    let alive: Set<NginxProcesses.Identity>
  }

  /// Reads all include files, sees whether the master runs and which of `processes` do, by one command: a node is looked at
  /// often, and each command costs more than all that it does. What is seen, is seen behind the call.
  func look(for processes: Set<NginxProcesses.Identity> = []) async throws -> Look {
    let look = try await looks.answer(to: processes) { requests in
      let outcome: Result<Look, any Error>
      do { outcome = .success(try await self.look(at: requests.reduce([]) { $0.union($1) })) } catch {
        outcome = .failure(error)
      }
      return requests.map { _ in outcome }
    }
    return Look(
      includes: look.includes, isMasterAlive: look.isMasterAlive, alive: look.alive.intersection(processes))
  }

  private func look(at processes: Set<NginxProcesses.Identity>) async throws -> Look {
    let arguments = [settings.pidFile, processes.map(\.text).sorted().joined(separator: " ")] + settings.includes
    for _ in 1...100 {
      let answer = try await shell.run(NginxScripts.look, arguments)
      switch answer.exit {
      case .code(0):
        guard let look = look(answer.output, processes) else { break }
        return look
      case .code(7):
        let place = answer.text.split(separator: "\n").last.flatMap { Int($0) }
        let path = place.flatMap { settings.includes.indices.contains($0) ? settings.includes[$0] : nil }
        throw failure("cannot read \(path ?? "the include files")", answer)
      case .code(8):
        // Files are being written, by a change of ours or by somebody else.
        try await clock.sleep(for: .milliseconds(20))
        continue
      default: break
      }
      throw failure("cannot read the include files", answer)
    }
    throw Failure(.balancer, "nginx: the include files are changed again and again")
  }

  /// What the script `look` has printed.
  private func look(_ output: [UInt8], _ processes: Set<NginxProcesses.Identity>) -> Look? {
    guard let end = output.firstDouble(UInt8(ascii: "\n")) else { return nil }
    var isMasterAlive: Bool?
    var alive: Set<String> = []
    var files: [(size: Int, changed: UInt64)] = []
    for line in String(decoding: output[..<end], as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      switch words.first {
      case "master": isMasterAlive = words.last == "alive"
      case "alive": alive.insert(words.last.map(String.init) ?? "")
      default:
        guard words.count == 3, let size = Int(words[0]), let changed = UInt64(words[1]) else { return nil }
        files.append((size, changed))
      }
    }
    var rest = output[(end + 2)...]
    guard let isMasterAlive, files.count == settings.includes.count,
      files.reduce(0, { $0 + $1.size }) == rest.count
    else { return nil }
    let includes = zip(settings.includes, files).map { path, file in
      defer { rest = rest.dropFirst(file.size) }
      return Include(path: path, list: NginxServerList(Array(rest.prefix(file.size))), changed: file.changed)
    }
    return Look(
      includes: includes, isMasterAlive: isMasterAlive, alive: processes.filter { alive.contains($0.text) })
  }

  /// Replaces the file `path`, if it still holds `old`, by one with the content `new`, at once.
  ///
  /// It goes on although the task was cancelled, as half of it would leave a file behind.
  func replace(_ path: String, _ old: [UInt8], by new: [UInt8]) async throws {
    try await Task {
      let arguments = [path, String(new.count), CheckSum.posix(of: old)]
      let answer = try await shell.run(NginxScripts.replace, arguments, input: new)
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
  ///
  /// - Parameter isTimed: whether it is to be told when they began.
  func processes(isTimed: Bool = false) async throws -> NginxProcesses? {
    do {
      return try await listing(NginxScripts.processes, isTimed ? ["boot"] : [])
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

  private struct Dead: Error { let lines: [String] }

  private func listing(_ script: String, _ arguments: [String] = []) async throws -> NginxProcesses {
    let answer = try await shell.run(script, [settings.pidFile] + arguments)
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

extension [UInt8] {
  /// Where `byte` stands twice in a row for the first time.
  fileprivate func firstDouble(_ byte: UInt8) -> Int? {
    indices.dropLast().first { self[$0] == byte && self[$0 + 1] == byte }
  }
}
