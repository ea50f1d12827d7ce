/// A version as the product prints it: `7.7 SP1`, `7.7.20240228`.
struct ProductVersion: Sendable, Hashable {
  /// As it is printed.
  let text: String
  /// The parts of the version proper.
  let numbers: [Int]

  /// The version in what `managedomain --version` printed; nil where there is none.
  init?(printed: String) {
    for line in printed.split(whereSeparator: \.isNewline) {
      guard let range = line.range(of: "Version:") else { continue }
      let text = line[range.upperBound...].drop { $0 == " " || $0 == "\t" }
      let numbers = text.prefix { !$0.isWhitespace }.split(separator: ".").map { Int($0) }
      guard !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) else { continue }
      self.text = String(text)
      self.numbers = numbers.compactMap { $0 }
      return
    }
    return nil
  }
}
