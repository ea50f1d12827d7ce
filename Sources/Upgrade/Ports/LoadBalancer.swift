/// A load balancer in front of the nodes (the original's `load_balancer`, which was a placeholder).
///
/// Every operation may be repeated: disabling a disabled node, or enabling an enabled one, changes nothing and succeeds.
public protocol LoadBalancer: Sendable {
  /// Sends no new request to `node`; returns when the balancer was seen to have taken that over.
  ///
  /// - Throws: `Failure` of kind `.balancer`; what was changed before the failure is put back.
  func disable(_ node: Node) async throws

  /// Whether nothing is in flight to `node` any more; to be asked only after `disable`.
  ///
  /// - Throws: `Failure` of kind `.balancer` when it cannot be found out, which is not the same as "no".
  func isDrained(_ node: Node) async throws -> DrainState

  /// Sends requests to `node` again; returns when the balancer was seen to have taken that over.
  ///
  /// - Throws: `Failure` of kind `.balancer`; what was changed before the failure is put back.
  func enable(_ node: Node) async throws

  /// What the balancer says about `node` now. Changes nothing.
  ///
  /// - Throws: `Failure` of kind `.balancer` when it cannot be found out.
  func standing(of node: Node) async throws -> Standing

  /// What the balancer says about each of `nodes` now, in their order; for one for which it cannot be found out, why.
  /// Changes nothing. What is said was seen behind the call, for all of them by one look where the balancer allows that: of
  /// hundreds of nodes, the companions of each are looked at before it is taken out.
  func standings(of nodes: [Node]) async -> [Result<Standing, Failure>]

  /// How many times in a row `isDrained` must say so before it is believed: more than once where it counts what is in
  /// flight at a moment, and a request may be between two counts.
  var pollsUntilDrained: Int { get }
}

extension LoadBalancer {
  /// Once: what the balancer says is final.
  public var pollsUntilDrained: Int { 1 }

  /// Each by itself, several at the same time.
  public func standings(of nodes: [Node]) async -> [Result<Standing, Failure>] {
    await nodes.concurrentMap { await answer(about: $0) }
  }

  /// The same, by the nodes' names.
  public func standings(byNameOf nodes: [Node]) async -> [String: Result<Standing, Failure>] {
    Dictionary(zip(nodes.map(\.name), await standings(of: nodes))) { first, _ in first }
  }

  /// What the balancer says about `node` now, or why that cannot be found out.
  public func answer(about node: Node) async -> Result<Standing, Failure> {
    do { return .success(try await standing(of: node)) } catch { return .failure(Failure.from(error, as: .balancer)) }
  }
}

/// Whether a node still has requests in flight.
public enum DrainState: Sendable, Hashable {
  /// None is left.
  case drained
  /// Some are: how many, where the balancer counts them, and a phrase that says what is known, for example `3 old
  /// worker processes still serve`.
  case draining(inFlight: Int?, String)
}

/// What a balancer says about a node.
public enum Standing: String, Sendable, Hashable, Codable {
  /// It gets requests.
  case enabled
  /// It was taken out.
  case disabled
  /// It is meant to get requests but the balancer sees it down.
  case down
  /// It was taken out of one balancer, or of one of its backends, and not of another.
  case mixed
  /// The balancer has no way to tell.
  case unknown
}
