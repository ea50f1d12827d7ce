public import FoundationEssentials

/// Something in a run that people want to be told of who do not watch it.
public struct Notice: Sendable, Hashable, Encodable {
  /// What sort of thing it is.
  public enum Kind: String, Sendable, Hashable, Encodable {
    /// The run begins, or another process goes on with it.
    case started
    /// All that the run wants of a node is done.
    case nodeFinished
    /// A node is as it was before the run.
    case nodeTakenBack
    /// Something failed.
    case failed
    /// The run waits for the operator.
    case paused
    /// The run is over.
    case ended
  }

  /// What sort of thing it is.
  public let event: Kind
  /// The run.
  public let run: RunID
  /// Who runs it, as `user@host`.
  public let by: String
  /// When it happened.
  public let time: Date
  /// It in a sentence: chats show this alone.
  public let text: String
  /// The node that it is about; nil when it is about none.
  public let node: String?
  /// The phase that failed.
  public let phase: String?
  /// How the run ended.
  public let status: Status?
  /// How many of the nodes are finished.
  public let finished: Int
  /// How many nodes there are.
  public let nodes: Int

  /// The notice as one JSON object, without a line end; what is not known is left out.
  public var json: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .custom(UTCText.encode)
      return try Array(encoder.encode(self))
    }
  }
}
