import Upgrade

/// A row of orders to HAProxy that is taken back when one of them fails.
struct HAProxyChange: Sendable {
  /// What a server can be told.
  enum Order: Sendable, Hashable {
    case state(State), healthDown, agent(isOn: Bool)
  }

  enum State: String, Sendable { case ready, drain, maint }

  let runtimes: [HAProxyRuntime]
  private var undo: [(place: HAProxyFound.Place, order: Order)] = []

  init(_ runtimes: [HAProxyRuntime]) { self.runtimes = runtimes }

  /// Gives an order; `inverse` is remembered before, as an order whose answer is lost may have been obeyed.
  mutating func give(_ order: Order, to place: HAProxyFound.Place, inverse: Order?) async throws {
    if let inverse { undo.append((place, inverse)) }
    guard let refusal = try await runtimes[place.socket].refusal(of: Self.text(order, place.name)) else { return }
    if inverse != nil { undo.removeLast() }
    throw refusal
  }

  /// Takes everything back, last order first, also when the task was cancelled.
  ///
  /// - Throws: `Failure` that says what was not put back, when that fails too.
  func takeBack(after error: any Error) async throws {
    let orders = Array(undo.reversed())
    let runtimes = runtimes
    let failed = await Task {
      var failed: [(text: String, failure: Failure)] = []
      for (place, order) in orders {
        let text = Self.text(order, place.name)
        do {
          try await runtimes[place.socket].order(text)
        } catch {
          failed.append(("'\(text)' at \(runtimes[place.socket].endpoint)", Failure.from(error, as: .balancer)))
        }
      }
      return failed
    }.value
    guard let second = failed.first else { return }
    let first = Failure.from(error, as: .balancer)
    throw Failure(
      .balancer, "\(first.message); then it was not put back: \(second.failure.message)", exitCode: first.exitCode,
      evidence: first.evidence + second.failure.evidence,
      remedy: "give haproxy the orders \(failed.map(\.text).joined(separator: ", ")) by hand")
  }

  private static func text(_ order: Order, _ name: HAProxyServer.Name) -> String {
    switch order {
    case .state(let state): "set server \(name) state \(state.rawValue)"
    case .healthDown: "set server \(name) health down"
    case .agent(let isOn): "\(isOn ? "enable" : "disable") agent \(name)"
    }
  }
}
