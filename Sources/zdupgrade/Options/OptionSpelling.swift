/// The options' names have underscores, as in the vendor's scripts; hyphens are accepted for them.
enum OptionSpelling {
  /// Options of ArgumentParser's own, which have hyphens.
  private static let hyphened: Set = ["generate-completion-script", "experimental-dump-help", "help-hidden"]

  /// `arguments` with `--like-this` as `--like_this`; values, and all behind `--`, stay as they are. A negative number
  /// behind an option is its value, so that what is wrong with it can be told.
  static func withUnderscores(_ arguments: [String]) -> [String] {
    let options = arguments.prefix { $0 != "--" }
    var spelled: [String] = []
    for argument in options.map(withUnderscores) {
      if Int(argument).map({ $0 < 0 }) == true, let option = spelled.last, option.hasPrefix("--"), !option.contains("=")
      {
        spelled[spelled.count - 1] = "\(option)=\(argument)"
      } else {
        spelled.append(argument)
      }
    }
    return spelled + arguments.dropFirst(options.count)
  }

  private static func withUnderscores(_ argument: String) -> String {
    guard argument.hasPrefix("--"), argument != "--" else { return argument }
    let name = argument.dropFirst(2).prefix { $0 != "=" }
    // Three hyphens are those of a completion script that asks what to offer.
    guard !hyphened.contains(String(name)), !name.hasPrefix("-") else { return argument }
    return "--" + name.map { $0 == "-" ? "_" : String($0) }.joined() + argument.dropFirst(2 + name.count)
  }
}
