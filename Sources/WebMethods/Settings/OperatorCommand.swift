import Upgrade

/// A command of the operator's that does what no API does, such as to apply a fix.
public struct OperatorCommand: Sendable, Hashable, Codable {
  /// Where it runs; the raw value is the file's word.
  public enum Place: String, Sendable, Hashable, Codable, CaseIterable {
    /// On the node's host, over SSH.
    case node
    /// On the control node, which is told the node it is about.
    case control
  }

  /// The program and its arguments.
  public let command: [String]
  /// Where it runs.
  public let place: Place
  /// Seconds that it may take.
  public let timeout: Int

  /// A command.
  public init(_ command: [String], on place: Place = .node, timeout: Int = 3600) {
    self.command = command
    self.place = place
    self.timeout = timeout
  }

  /// The command line on the control node, which is told what it is about in its environment, as hooks are.
  ///
  /// - Parameters:
  ///   - node: the node's name.
  ///   - host: its host.
  public func line(about node: String, host: String) -> Command {
    let variables = ["ZDU_NODE=\(node)", "ZDU_HOST=\(host)"]
    return Command(words: (["/usr/bin/env"] + variables + command).map(Command.Word.text))
  }

  /// The object at `key` of `parent`; nil where there is none.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  static func within(_ parent: SettingReader, _ key: String) throws(Failure) -> OperatorCommand? {
    guard let reader = try parent.object(key, keys: ["command", "on", "timeout"]) else { return nil }
    let place = try reader.choice("on", of: Place.allCases.map(\.rawValue)).flatMap(Place.init)
    return OperatorCommand(
      try reader.command(), on: place ?? .node, timeout: try reader.integer("timeout", in: 1...86_400) ?? 3600)
  }
}
