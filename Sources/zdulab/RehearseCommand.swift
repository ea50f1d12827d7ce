import ArgumentParser
import FoundationEssentials
import Glibc
import Lab
import Rehearsal
import Upgrade

/// `zdulab rehearse`.
struct RehearseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rehearse", abstract: "Do what 'zdupgrade rehearse' asks for on standard input.",
    discussion: """
      It is not for people: 'zdupgrade rehearse' gives the order as JSON, and reads what came of it as JSON. When nobody \
      reads it any more, the lab is taken down.
      """)

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    let answer: RehearsalAnswer
    do {
      let order = try Self.order()
      let program = try RunningProgram.path()
      let account = try await Orphans.minding {
        try await Interruptible.run {
          try await Self.whileRead(order) { try await RehearsalRun(order, program: program).run() }
        }
      }
      answer = .done(account)
    } catch let failure as Failure {
      answer = .failed(failure)
    }
    printAtOnce(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
    if case .failed(let failure) = answer { throw ExitCode(failure.exitCode) }
  }

  private static func order() throws -> RehearsalOrder {
    var bytes = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(STDIN_FILENO, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    do {
      return try JSONDecoder().decode(RehearsalOrder.self, from: bytes)
    } catch {
      throw Failure(
        .refused, "standard input holds no order for a rehearsal", evidence: ["\(error)"],
        remedy: "run 'zdupgrade rehearse', of the same version as this zdulab")
    }
  }

  /// Does `work` as long as somebody reads what is printed here: a zdupgrade that was killed cleans up no more.
  private static func whileRead<Result: Sendable>(
    _ order: RehearsalOrder, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        while !Task.isCancelled {
          var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
          if poll(&output, 1, 0) == 1, output.revents & Int16(POLLERR) != 0 { return nil }
          try await Task.sleep(for: .milliseconds(200))
        }
        return nil
      }
      defer { group.cancelAll() }
      if case .some(.some(let result)) = try await group.next() { return result }
      group.cancelAll()
      _ = try? await group.next()
      if let folder = order.folderToRemove { try? FileManager.default.removeItem(atPath: folder) }
      throw Failure(.cancelled, "nobody reads the rehearsal any more")
    }
  }
}
