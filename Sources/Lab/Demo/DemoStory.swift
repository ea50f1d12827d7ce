import Synchronization

/// What happened in a demo, in order.
final class DemoStory: Sendable {
  /// A command of `zdupgrade` that was run.
  private struct Command {
    let title: String
    let exitCode: Int32
    let duration: Duration
  }

  private let commands = Mutex<[Command]>([])
  private let wrong = Mutex<[String]>([])
  private let say: @Sendable (String) -> Void

  /// A story that has not begun; `say` prints it while it goes on.
  init(say: @escaping @Sendable (String) -> Void) { self.say = say }

  /// Tells something that is not a command's.
  func tell(_ text: String) { say(text) }

  /// Notes a command that has ended.
  func note(_ title: String, exitCode: Int32, duration: Duration) {
    commands.withLock { $0.append(Command(title: title, exitCode: exitCode, duration: duration)) }
  }

  /// Notes that something is not as it must be.
  func complain(_ text: String) { wrong.withLock { $0.append(text) } }

  /// What is not as it must be.
  var complaints: [String] { wrong.withLock { $0 } }

  /// The commands as a table.
  var table: String {
    PlainTable(
      header: ["COMMAND", "EXIT CODE", "SECONDS"],
      rows: commands.withLock { $0 }.map { command in
        let tenths = command.duration / .milliseconds(100)
        return ["zdupgrade \(command.title)", "\(command.exitCode)", "\(Int(tenths) / 10).\(Int(tenths) % 10)"]
      }
    ).text
  }
}
