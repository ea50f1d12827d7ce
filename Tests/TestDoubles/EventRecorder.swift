import Upgrade

/// A journal that keeps all events.
public actor EventRecorder: Journal {
  /// The events so far.
  public private(set) var events: [Event] = []

  private let react: @Sendable (Event) async -> Void

  /// No events; `react` is told of each.
  public init(_ react: @escaping @Sendable (Event) async -> Void = { _ in }) { self.react = react }

  /// Keeps `event`.
  public func record(_ event: Event) async {
    events.append(event)
    await react(event)
  }

  /// The titles of the steps that were begun, as `node: title`.
  public var startedSteps: [String] {
    events.compactMap { if case .stepStarted(let step, let title) = $0 { "\(step.node): \(title)" } else { nil } }
  }
}
