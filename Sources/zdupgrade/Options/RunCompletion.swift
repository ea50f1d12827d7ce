import ArgumentParser
import Records

/// What a shell offers where the id of a run is wanted.
enum RunCompletion {
  /// The runs of the log folder that is meant.
  static let kind = CompletionKind.custom { words, _, _ in
    ((try? RunFolder.all(in: logFolder(words))) ?? []).map(\.id.description)
  }

  /// The folder that `words` name with `--log_dir`; else the default one.
  static func logFolder(_ words: [String]) -> String {
    let words = OptionSpelling.withUnderscores(words)
    guard let option = words.lastIndex(where: { $0.hasPrefix("--log_dir") }) else { return "logs" }
    if let value = words[option].split(separator: "=", maxSplits: 1).dropFirst().first { return String(value) }
    // A shell may hand over the word in which the cursor stands, too.
    return words[option...].dropFirst().first ?? "logs"
  }
}
