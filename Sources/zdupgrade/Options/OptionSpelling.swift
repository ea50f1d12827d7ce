/// The options' names have underscores, as in the vendor's scripts; hyphens are accepted for them.
enum OptionSpelling {
  /// Options of ArgumentParser's own, which have hyphens.
  private static let hyphened: Set = ["generate-completion-script", "experimental-dump-help", "help-hidden"]

  /// `arguments` with `--like-this` as `--like_this`; values, and all behind `--`, stay as they are.
  static func withUnderscores(_ arguments: [String]) -> [String] {
    let options = arguments.prefix { $0 != "--" }
    return options.map(withUnderscores) + arguments.dropFirst(options.count)
  }

  private static func withUnderscores(_ argument: String) -> String {
    guard argument.hasPrefix("--"), argument != "--" else { return argument }
    let name = argument.dropFirst(2).prefix { $0 != "=" }
    // Three hyphens are those of a completion script that asks what to offer.
    guard !hyphened.contains(String(name)), !name.hasPrefix("-") else { return argument }
    return "--" + name.map { $0 == "-" ? "_" : String($0) }.joined() + argument.dropFirst(2 + name.count)
  }
}
