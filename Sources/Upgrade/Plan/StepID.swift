/// Which act of a plan is meant: a step, or one of the acts that take a step back. The journal names acts by it.
public struct StepID: Sendable, Hashable, Codable {
  /// The node.
  public let node: String
  /// The stage's place in the plan, from 0.
  public let stage: Int
  /// The step's place in the node's lane of that stage, from 0.
  public let step: Int
  /// The act's place among those that take the step back, from 0; nil for the step itself.
  public let undo: Int?

  /// The step itself, or one of its undos.
  public init(_ node: String, stage: Int, step: Int, undo: Int? = nil) {
    self.node = node
    self.stage = stage
    self.step = step
    self.undo = undo
  }

  /// The same step's undo number `index`.
  public func undoing(_ index: Int) -> StepID { StepID(node, stage: stage, step: step, undo: index) }
}
