/// How a lab stands when `zdupgrade` has ended: facts by name, to be compared with those of another run.
struct FinalState: Sendable, Hashable {
  /// What a fact is about.
  enum Kind: Sendable, Hashable {
    /// Where everything stands.
    case standing
    /// How often something was done, and what the operator was told of it.
    case act
    /// What is left on a node; a run that failed keeps there what tells why.
    case trace
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
  /// - Parameter kinds: what is compared.
  func differences(from reference: FinalState, in kinds: Set<Kind> = [.standing, .act, .trace]) -> [String] {
    Set(facts.keys).union(reference.facts.keys).sorted { $0.text < $1.text }.compactMap { name in
      guard facts[name] != reference.facts[name], kinds.contains(name.kind) else { return nil }
      return "\(name.text): \(facts[name] ?? "none"); undisturbed: \(reference.facts[name] ?? "none")"
    }
  }
}
