/// The version of a gateway: `10.7`, `10.15.0.3`.
///
/// Two are the same release when their first two numbers are; what follows is the fix.
public struct GatewayVersion: Sendable, Hashable, Codable {
  /// The numbers of the release: 10 and 15.
  public let release: [Int]
  /// The numbers behind them, without zeros at the end.
  public let fix: [Int]

  /// Reads two to six numbers with dots between; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...6).contains(parts.count) else { return nil }
    var numbers: [Int] = []
    for part in parts {
      let isNumber = !part.isEmpty && part.utf8.count <= 6 && part.utf8.allSatisfy { (48...57).contains($0) }
      guard isNumber, let number = Int(part) else { return nil }
      numbers.append(number)
    }
    release = Array(numbers[..<2])
    var fix = Array(numbers[2...])
    while fix.last == 0 { fix.removeLast() }
    self.fix = fix
  }

  private init(_ major: Int, _ minor: Int, fix: [Int] = []) {
    release = [major, minor]
    self.fix = fix
  }

  /// The first whose operations are documented for an upgrade without downtime.
  public static let v10_7 = GatewayVersion(10, 7)
  /// From here on logs are `analyticsandlogs`.
  public static let v10_11 = GatewayVersion(10, 11)
  /// From here on both names of the logs' event are listed.
  public static let v10_15 = GatewayVersion(10, 15)
  /// From here on the procedure is another one.
  static let v11_1 = GatewayVersion(11, 1)
  /// The vendor's text says that this fix of 10.5 has the operations too.
  static let v10_5Fix9 = GatewayVersion(10, 5, fix: [0, 9])

  /// Whether it is a fix of the same release.
  public func isSameRelease(as other: GatewayVersion) -> Bool { release == other.release }
}

extension GatewayVersion: Comparable {
  /// Earlier is less.
  public static func < (a: GatewayVersion, b: GatewayVersion) -> Bool {
    (a.release + a.fix).lexicographicallyPrecedes(b.release + b.fix)
  }
}

extension GatewayVersion: CustomStringConvertible {
  /// As it is written, without zeros at the end.
  public var description: String { (release + fix).map(String.init).joined(separator: ".") }
}
