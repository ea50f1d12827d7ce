/// Which of a node's two installations.
enum Side: String, Sendable, Hashable, Codable, CaseIterable {
  case old, new
}
