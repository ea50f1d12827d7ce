/// What the operator presses.
public enum LiveKey: Sendable, Hashable {
  case character(Character)
  case enter, escape, up, down, left, right, pageUp, pageDown, home, end

  /// The keys that `bytes` from a terminal mean; what is none is left out.
  public static func keys(in bytes: [UInt8]) -> [LiveKey] {
    var keys: [LiveKey] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch byte {
      case 0x1B: keys += sequence(&rest).map { [$0] } ?? []
      case 0x0A, 0x0D: keys.append(.enter)
      case 0x20..<0x7F: keys.append(.character(Character(UnicodeScalar(byte))))
      default: continue
      }
    }
    return keys
  }

  /// What stands behind an escape (ECMA-48 control sequences, and those of the keypad's application mode).
  private static func sequence(_ rest: inout ArraySlice<UInt8>) -> LiveKey? {
    guard let first = rest.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "O") else { return .escape }
    rest.removeFirst()
    var parameter = ""
    while let byte = rest.popFirst() {
      if (0x30...0x3F).contains(byte) {
        parameter.unicodeScalars.append(UnicodeScalar(byte))
        continue
      }
      return key(byte, parameter)
    }
    return nil
  }

  private static func key(_ final: UInt8, _ parameter: String) -> LiveKey? {
    switch (final, parameter) {
    case (UInt8(ascii: "A"), _): .up
    case (UInt8(ascii: "B"), _): .down
    case (UInt8(ascii: "C"), _): .right
    case (UInt8(ascii: "D"), _): .left
    case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"), (UInt8(ascii: "~"), "7"): .home
    case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"), (UInt8(ascii: "~"), "8"): .end
    case (UInt8(ascii: "~"), "5"): .pageUp
    case (UInt8(ascii: "~"), "6"): .pageDown
    default: nil
    }
  }
}
