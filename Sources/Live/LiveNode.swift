public import FoundationEssentials
public import Upgrade

/// A node as the live view shows it.
public struct LiveNode: Sendable {
  /// How the load balancer has it, by what the run did.
  public enum Traffic: String, Sendable, Hashable {
    /// It gets requests.
    case serving = "in"
    /// It gets no new ones, and those in flight are waited for.
    case draining
    /// It gets none.
    case out
  }

  /// How a phase of the node stands.
  public struct PhaseState: Sendable, Hashable {
    /// When it began; nil where an earlier process did it.
    public let began: Date?
    /// When it ended; nil as long as it is under way.
    public internal(set) var ended: Date?
    /// How it ended; nil as long as it is under way.
    public internal(set) var result: PhaseResult?

    /// How many seconds it has taken up to `now`; nil where nobody knows.
    func seconds(until now: Date) -> Double? {
      guard let began, result == nil || ended != nil else { return nil }
      return max(0, (ended ?? now).timeIntervalSince(began))
    }
  }

  /// A step that is under way.
  public struct StepInHand: Sendable {
    /// What it does.
    public let title: String
    /// When it began.
    public let began: Date
    /// The last line that its commands have printed.
    public internal(set) var lastLine: String?
    fileprivate let id: StepID
  }

  /// Its name.
  public let name: String
  /// How the load balancer has it; nil where none is asked about it.
  public private(set) var traffic: Traffic?
  /// What is being done; nil when nothing is.
  public private(set) var step: StepInHand?
  private var phases: [String: PhaseState] = [:]

  init(_ name: String) { self.name = name }

  /// How `phase` stands; nil when it has not begun.
  public func state(of phase: Phase) -> PhaseState? { phases[phase.title] }

  /// Whether something is under way on it.
  public var isAtWork: Bool { phases.values.contains { $0.result == nil } }
  /// Whether a phase of it has failed.
  public var hasFailed: Bool { phases.values.contains { $0.result?.hasPassed == false } }

  /// It is known to a load balancer, which sends it requests.
  mutating func takePart() { traffic = traffic ?? .serving }

  /// What is under way is not seen any more.
  mutating func loseSight() {
    step = nil
    phases = phases.filter { $0.value.result != nil }
  }

  /// Takes in what happened to this node at `time`, nil where an earlier process saw it; `action` is that of the step.
  mutating func apply(_ event: Event, at time: Date?, _ action: Action?) {
    switch event {
    case .phaseStarted(_, let phase): phases[phase.title] = PhaseState(began: time)
    case .phaseEnded(_, let phase, let result):
      phases[phase.title, default: PhaseState(began: nil)].result = result
      phases[phase.title]?.ended = time
    case .stepStarted(let id, let title):
      step = StepInHand(title: title, began: time ?? .distantPast, id: id)
      begin(action)
    case .stepEnded(let id, _, let failure):
      if step?.id == id { step = nil }
      if failure == nil { end(action) }
    case .commandStarted: step?.lastLine = nil
    case .output(_, _, let line): step?.lastLine = line
    default: break
    }
  }

  private mutating func begin(_ action: Action?) {
    switch action {
    // From the moment on in which it may be out.
    case .balancer(.disable): traffic = .out
    case .balancer(.drain): traffic = .draining
    default: break
    }
  }

  private mutating func end(_ action: Action?) {
    switch action {
    case .balancer(.drain): traffic = .out
    case .balancer(.serve): traffic = .serving
    default: break
    }
  }
}
