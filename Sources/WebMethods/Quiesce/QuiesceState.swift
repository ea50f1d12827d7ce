import Upgrade

/// What a gateway says about its quiesce mode.
public struct QuiesceState: Sendable, Hashable, Codable {
  /// Whether it is, or is being, quiesced.
  public let isEnabled: Bool
  /// What it refuses; nil where it does not say.
  public let block: QuiesceBlock?
  /// What is flushed with `all`, in the gateway's words.
  public let flush: [String]
  /// How far the last change of it is.
  public let progress: ActionProgress

  /// A state.
  public init(isEnabled: Bool, block: QuiesceBlock?, flush: [String] = [], progress: ActionProgress) {
    self.isEnabled = isEnabled
    self.block = block
    self.flush = flush
    self.progress = progress
  }

  /// Whether design-time changes are certainly refused by now.
  public var isDesigntimeBlocked: Bool { isEnabled && progress == .success }

  /// Reads a gateway's answer; nil where it does not say whether it is quiesced.
  init?(_ answer: AnswerReader) {
    guard let isEnabled = answer.bool("enable") else { return nil }
    let block = answer.string("block").flatMap { QuiesceBlock(rawValue: $0.lowercased()) }
    self.init(
      isEnabled: isEnabled, block: block, flush: answer.strings("flush"), progress: ActionProgress(answer))
  }
}
