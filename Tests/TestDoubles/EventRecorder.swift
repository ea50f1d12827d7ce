import Upgrade

/// A journal that keeps all events.
public actor EventRecorder: Journal {
  /// The events so far.
  public private(set) var events: [Event] = []

  /// No events.
  public init() {}

  /// Keeps `event`.
  public func record(_ event: Event) { events.append(event) }

  /// The titles of the steps that were begun, as `node: title`.
  public var startedSteps: [String] {
    events.compactMap { if case .stepStarted(let step, let title) = $0 { "\(step.node): \(title)" } else { nil } }
  }
}
