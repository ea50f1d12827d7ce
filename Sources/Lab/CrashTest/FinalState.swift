/// How a lab stands when `zdupgrade` has ended: facts by name, to be compared with those of another run.
struct FinalState: Sendable, Hashable {
  /// The fact of what the operator was told at the end.
  static let summary = "summary"

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
  /// - Parameters:
  ///   - kinds: what is compared.
  ///   - ignored: the names of facts that are not.
  func differences(
    from reference: FinalState, in kinds: Set<Kind> = [.standing, .act, .trace], except ignored: Set<String> = []
  ) -> [String] {
    Set(facts.keys).union(reference.facts.keys).sorted { $0.text < $1.text }.compactMap { name in
      guard facts[name] != reference.facts[name], kinds.contains(name.kind), !ignored.contains(name.text) else {
        return nil
      }
      return "\(name.text): \(facts[name] ?? "none"); undisturbed: \(reference.facts[name] ?? "none")"
    }
  }
}
