/// How a lab stands when `zdupgrade` has ended: facts by name, to be compared with those of another run.
struct FinalState: Sendable, Hashable {
  /// What a fact is about.
  enum Kind: Sendable, Hashable {
    /// Where everything stands.
    case standing
    /// How often something was done.
    case act
  }

  /// A fact's name.
  struct Name: Sendable, Hashable {
    let kind: Kind
    let text: String
  }

  private(set) var facts: [Name: String] = [:]

  /// Notes a fact.
  mutating func note(_ kind: Kind, _ name: String, _ value: String) { facts[Name(kind: kind, text: name)] = value }

  /// Where this state is not like `reference`, in words.
  ///
  /// - Parameter isCountingActs: whether everything must have been done as often, too.
  func differences(from reference: FinalState, isCountingActs: Bool = true) -> [String] {
    Set(facts.keys).union(reference.facts.keys).sorted { $0.text < $1.text }.compactMap { name in
      guard facts[name] != reference.facts[name], isCountingActs || name.kind != .act else { return nil }
      return "\(name.text): \(facts[name] ?? "none"); undisturbed: \(reference.facts[name] ?? "none")"
    }
  }
}
