import Upgrade

/// The words of a fault as it is written: `NAME:STEP[:KIND[:ARGUMENT]]`.
struct FaultText<Step: RawRepresentable<String> & CaseIterable, Kind: RawRepresentable<String> & CaseIterable> {
  let name: String
  let step: Step
  /// Nil where none is given.
  let kind: Kind?
  /// May be empty.
  let argument: String

  /// Reads `text`, which is about one of `names`; each of these is a `thing`.
  ///
  /// - Throws: `Failure` of kind `.refused` with what would have been right.
  init(_ text: String, about thing: String, of names: [String]) throws(Failure) {
    // A name may hold a colon: the longest that fits is meant.
    let fitting = names.filter { text.hasPrefix("\($0):") }.max { $0.utf8.count < $1.utf8.count }
    guard let fitting else {
      let name = String(text.prefix { $0 != ":" })
      let hint = NearMatch.hint(for: name, among: names)
      throw Failure(
        .refused,
        "fault '\(text)': no \(thing) '\(name)'\(hint); the form is \(thing.uppercased()):STEP[:KIND[:ARGUMENT]]")
    }
    let words = text.dropFirst(fitting.count + 1).split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    name = fitting
    step = try Self.choose(words.first.map(String.init) ?? "", "step", in: text)
    kind = words.count > 1 ? try Self.choose(String(words[1]), "kind", in: text) : nil
    argument = words.count > 2 ? String(words[2]) : ""
  }

  private static func choose<Choice: RawRepresentable<String> & CaseIterable>(
    _ word: String, _ what: String, in text: String
  ) throws(Failure) -> Choice {
    if let choice = Choice(rawValue: word) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let hint = NearMatch.hint(for: word, among: names)
    throw Failure(.refused, "fault '\(text)': the \(what) '\(word)' is none of \(names.joined(separator: ", "))\(hint)")
  }
}
