/// The options of a simulated command: exactly those it has, as `--name value`, `--name=value`, `-n value` or `-nvalue`.
struct ToolArguments: Sendable, Hashable {
  /// One option.
  struct Option: Sendable, Hashable {
    let name: String
    var takesValue = true
    var choices: [String] = []
  }

  private let values: [String: [String]]

  /// Reads `arguments`.
  ///
  /// - Throws: `ToolFailure` with the usage, exit code 2, for anything that is not one of `options`.
  init(_ arguments: [String], options: [Option], command: String) throws(ToolFailure) {
    func wrong(_ message: String) -> ToolFailure {
      ToolFailure(
        text: "\(Self.usage(command, options))\n\(command): error: \(message)", exitCode: ToolFailure.usage)
    }
    var values: [String: [String]] = [:]
    var rest = arguments[...]
    while let word = rest.popFirst() {
      let (name, attached) = Self.parts(word, options)
      guard let option = options.first(where: { $0.name == name }) else {
        throw wrong(word.hasPrefix("-") ? "no such option: \(name)" : "unexpected argument: \(word)")
      }
      if option.takesValue {
        guard let value = attached ?? rest.popFirst() else {
          throw wrong("\(option.name) option requires an argument")
        }
        guard option.choices.isEmpty || option.choices.contains(value) else {
          throw wrong(
            "option \(option.name): invalid choice: '\(value)' (choose from \(option.choices.joined(separator: ", ")))")
        }
        values[option.name, default: []].append(value)
      } else {
        guard attached == nil else { throw wrong("\(option.name) option does not take a value") }
        values[option.name, default: []].append("")
      }
    }
    self.values = values
  }

  /// The option's name, and the value that is attached to it.
  private static func parts(_ word: String, _ options: [Option]) -> (name: String, value: String?) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if options.contains(where: { $0.name == parts[0] }) { return (parts[0], parts.count > 1 ? parts[1] : nil) }
    let short = options.first { $0.takesValue && $0.name.utf8.count == 2 && word.hasPrefix($0.name) }
    return short.map { ($0.name, String(word.dropFirst(2))) } ?? (parts[0], nil)
  }

  /// The last value given for `name`.
  subscript(_ name: String) -> String? { values[name]?.last }

  /// Whether the option is there.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// The text that explains the options.
  static func usage(_ command: String, _ options: [Option]) -> String {
    let words = options.map { option in
      let value = option.choices.isEmpty ? "VALUE" : option.choices.joined(separator: "/")
      return option.takesValue ? "[\(option.name) \(value)]" : "[\(option.name)]"
    }
    return "usage: \((["\(command)"] + words).joined(separator: " "))"
  }
}
