import Foundation
import Testing

/// A terminal of a real terminal emulator (tmux), in which a shell runs.
struct Terminal {
  private let socket: String

  /// A terminal of that size, for `body`; it is gone behind it.
  static func with(
    _ width: Int, _ height: Int, environment: [String: String] = [:], _ body: (Terminal) async throws -> Void
  ) async throws {
    try await withTemporaryFolder { folder in
      let terminal = Terminal(socket: "\(folder)/tmux")
      let size = ["-x", "\(width)", "-y", "\(height)"]
      let variables = ["LC_ALL": "C.UTF-8"].merging(environment) { $1 }.flatMap { ["-e", "\($0)=\($1)"] }
      try await terminal.tmux(
        ["-f", "/dev/null", "new-session", "-d", "-s", "t"] + size + variables
          + ["/bin/bash --norc --noprofile"])
      do {
        try await body(terminal)
      } catch {
        await terminal.end()
        throw error
      }
      await terminal.end()
    }
  }

  /// Ends it, as a connection that is lost does.
  func end() async { _ = try? await tmux(["kill-server"]) }

  /// Types `text`, and Enter where that `isLine`.
  func type(_ text: String, isLine: Bool = true) async throws {
    try await tmux(["send-keys", "-t", "t", "-l", text])
    if isLine { try await press("Enter") }
  }

  /// Presses a key by tmux's name of it.
  func press(_ key: String) async throws { try await tmux(["send-keys", "-t", "t", key]) }

  func resize(_ width: Int, _ height: Int) async throws {
    try await tmux(["resize-window", "-t", "t", "-x", "\(width)", "-y", "\(height)"])
  }

  /// What is on the screen; with the codes of its colours where `hasColours`, with what was above it where `isWhole`.
  func capture(hasColours: Bool = false, isWhole: Bool = false) async throws -> [String] {
    let options = (hasColours ? ["-e"] : []) + (isWhole ? ["-S", "-5000"] : [])
    let text = try await tmux(["capture-pane", "-p", "-t", "t"] + options)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The screen, as soon as `condition` holds for it.
  @discardableResult
  func screen(when condition: ([String]) -> Bool) async throws -> [String] {
    var lines: [String] = []
    for _ in 0..<1200 {
      lines = try await capture()
      if condition(lines) { return lines }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("never on the screen; last: \(lines.joined(separator: "\n"))")
    return lines
  }

  /// The screen, as soon as one of its lines has all `parts`.
  @discardableResult
  func screen(with parts: String...) async throws -> [String] {
    try await screen { lines in lines.contains { line in parts.allSatisfy(line.contains) } }
  }

  @discardableResult
  private func tmux(_ arguments: [String]) async throws -> String {
    let result = try await Program.run("/usr/bin/tmux", ["-u", "-S", socket] + arguments)
    guard result.code == 0 else { throw Trouble(text: "tmux \(arguments): \(result.errors)") }
    return result.output
  }

  struct Trouble: Error {
    let text: String
  }
}
