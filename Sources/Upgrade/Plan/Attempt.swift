/// One try at an act. A step that has ended may be done again, and is then another job on its node; one that was only
/// lost sight of is looked for under the same name.
public struct Attempt: Sendable, Hashable {
  /// The act.
  public let step: StepID
  /// Which try it is, from 1.
  public let number: Int
  /// Whether the node has accepted it before a crash, and goes on with it by itself or has ended it.
  public let isAccepted: Bool

  /// A try.
  public init(_ step: StepID, number: Int, isAccepted: Bool = false) {
    self.step = step
    self.number = number
    self.isAccepted = isAccepted
  }

  /// The name of its job on the node: unique in the run, and fit for a folder whatever the node is called.
  public var jobName: String {
    let undo = step.undo.map { "u\($0)" } ?? ""
    return "\(Self.plain(step.node)).\(step.stage).\(step.step)\(undo).\(number)"
  }

  private static func plain(_ text: String) -> String {
    var plain = ""
    for byte in text.utf8.prefix(48) {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        plain.unicodeScalars.append(UnicodeScalar(byte))
      default: plain += "_" + String(byte, radix: 16)
      }
    }
    return plain.isEmpty ? "_" : plain
  }
}
