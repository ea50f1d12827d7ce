/// A whole answer to a request.
struct LoadAnswer: Sendable, Hashable {
  let status: Int
  /// Whether the server ends the connection behind it.
  let isLast: Bool
  /// The request's name, which an instance gives back.
  let sequence: String?
  let body: [UInt8]
}
