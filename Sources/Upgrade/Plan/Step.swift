/// A titled action.
public struct Act: Sendable, Hashable, Codable {
  /// What it does, as a verb phrase: `stop the old Node Manager`.
  public let title: String
  /// Exactly what it does.
  public let action: Action

  /// An act.
  public init(_ title: String, _ action: Action) {
    self.title = title
    self.action = action
  }
}

/// One step of the plan: it knows its node, its phase, exactly what it does, and what undoes it.
public struct Step: Sendable, Hashable, Codable {
  /// The node it is for.
  public let node: String
  /// The phase it belongs to.
  public let phase: Phase
  /// What it does.
  public let act: Act
  /// What takes it back, in this order. A step counts as done for this purpose as soon as it was begun, so every
  /// undo must also work on a step that did nothing.
  public let undo: [Act]
  /// The title of the phase with whose beginning, on whichever node, there is nothing to take back any more; nil where
  /// there always is.
  public let undoEnds: String?

  /// A step.
  public init(_ node: String, _ phase: Phase, _ act: Act, undo: [Act] = [], until end: Phase? = nil) {
    self.node = node
    self.phase = phase
    self.act = act
    self.undo = undo
    undoEnds = end?.title
  }
}
