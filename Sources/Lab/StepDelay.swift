import Upgrade

/// How long a step takes on a node of a lab, over what it takes itself. A fault of the same step comes at its end.
///
/// What `apply` starts and stops itself is part of apply, and has no delay of its own.
public struct StepDelay: Sendable, Hashable {
  /// The node's name.
  public let node: String
  /// The step.
  public let step: Fault.Step
  /// How long.
  public let milliseconds: Int

  /// A delay.
  public init(node: String, step: Fault.Step, milliseconds: Int) {
    self.node = node
    self.step = step
    self.milliseconds = milliseconds
  }

  /// Reads `NODE:STEP:MILLISECONDS` for one of `nodes`.
  ///
  /// - Throws: `Failure` of kind `.refused` with what would have been right.
  public init(parsing text: String, nodes: [String]) throws(Failure) {
    guard let colon = text.lastIndex(of: ":"), let milliseconds = Int(text[text.index(after: colon)...]),
      (0...86_400_000).contains(milliseconds)
    else {
      throw Failure(.refused, "delay '\(text)': the form is NODE:STEP:MILLISECONDS, 0 to 86400000 of them")
    }
    let place: Fault
    do {
      place = try Fault(parsing: String(text[..<colon]), nodes: nodes)
    } catch {
      throw error.inContext("delay '\(text)'")
    }
    self.init(node: place.node, step: place.step, milliseconds: milliseconds)
  }
}
