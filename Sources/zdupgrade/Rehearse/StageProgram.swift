import Foundation
import Rehearsal
import Upgrade

/// The `zdulab` program, which has the stage of a rehearsal. zdupgrade itself holds nothing of it.
struct StageProgram {
  /// How long it may take to take the lab down when it is told to end.
  private static let grace = Duration.seconds(60)

  let path: String

  /// The one beside this program, or else the first in PATH.
  ///
  /// - Throws: `Failure` of kind `.refused` that says how to come by it.
  init() throws(Failure) {
    let folder = URL(fileURLWithPath: try Self.own()).deletingLastPathComponent().path
    let others = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let places: [String] = ([folder] + others).map { $0 + "/zdulab" }
    let found = places.first { access($0, X_OK) == 0 }
    guard let found else {
      throw Failure(
        .refused, "a rehearsal needs the program zdulab, which is neither in \(folder) nor in PATH",
        remedy: "put it beside zdupgrade: it comes with the Debian package, and 'scripts/build-release' builds it")
    }
    path = found
  }

  /// The absolute path of this program.
  ///
  /// - Throws: `Failure` of kind `.io`.
  static func own() throws(Failure) -> String {
    guard let path = realpath("/proc/self/exe", nil) else { throw Failure(.io, "find the path of zdupgrade itself") }
    defer { free(path) }
    return String(cString: path)
  }

  /// Has it rehearse `order`; `tell` is given what it and the rehearsed run print about their progress, line by line.
  ///
  /// - Throws: `Failure` when it could not; `CancellationError` when it was told to end, and has. The lab is gone then.
  func rehearse(_ order: RehearsalOrder, tell: @escaping @Sendable (String) -> Void) async throws -> RehearsalAccount {
    let heard = Heard()
    let command = ShellCommand(
      "exec \(ShellQuoting.quote(path)) rehearse", standardInput: Array(try JSONEncoder().encode(order)))
    do {
      let exit = try await Assembly.localCommands(grace: Self.grace).run(
        command, on: "this machine", timeout: nil
      ) { output in
        for line in await heard.take(output) { tell(line) }
      }
      return try await heard.account(exit)
    } catch {
      await takeDown(order.directory)
      throw error
    }
  }

  /// Ends what a zdulab that was killed has left.
  private func takeDown(_ directory: String) async {
    guard FileManager.default.fileExists(atPath: directory) else { return }
    let quoted = ShellQuoting.quote(directory)
    let exit = await Task {
      try? await Assembly.localCommands(grace: Self.grace).run(
        ShellCommand("exec \(ShellQuoting.quote(path)) down \(quoted)"), on: "this machine", timeout: Self.grace
      ) { _ in }
    }.value
    if exit != .code(0) { Console.complain("the lab in \(directory) is still there: run 'zdulab down \(quoted)'") }
  }

  /// What it has printed.
  private actor Heard {
    private var result: [UInt8] = []
    private var rest: [UInt8] = []

    /// Takes a piece in; the lines of progress that are complete with it.
    func take(_ output: CommandOutput) -> [String] {
      guard output.stream == .standardError else {
        result += output.bytes
        return []
      }
      rest += output.bytes
      let pieces = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      rest = Array(pieces.last ?? [])
      return pieces.dropLast().map { String(decoding: $0, as: UTF8.self) }
    }

    func account(_ exit: CommandExit) throws -> RehearsalAccount {
      do {
        switch try JSONDecoder().decode(RehearsalAnswer.self, from: Data(result)) {
        case .done(let account): return account
        case .failed(let failure): throw failure
        }
      } catch let failure as Failure {
        throw failure.inContext("rehearse")
      } catch {
        throw Failure(
          .exit, "rehearse: zdulab ended with \(exit) and did not say what came of it",
          evidence: ["\(error)"], remedy: "see that zdulab and zdupgrade are of the same version")
      }
    }
  }
}
