import Foundation
import Upgrade

/// What a node said of itself when it was looked at.
public struct NodeFacts: Sendable, Hashable {
  /// A jar in an `ext/lib` of the old installation.
  struct Jar: Sendable, Hashable {
    /// How the new installation has it.
    enum State: String {
      /// Not at all.
      case missing
      /// The very same.
      case same
      /// Another one of that name.
      case differs
      /// The product comes with one of that name.
      case shipped
      /// It is no jar.
      case corrupt
      case unreadable
    }

    let path: String
    let state: State
  }

  /// How `acl.json` of the old installation compares.
  enum Permissions: String {
    /// There is none.
    case absent
    case unreadable
    /// As the new installation has it.
    case same
    /// As it was delivered.
    case original
    /// Not as it was delivered.
    case changed
    /// Not as the new installation has it; what was delivered is not known.
    case differs
  }

  /// A licence file of the new installation.
  struct Licence: Sendable, Hashable {
    let name: String
    /// `there`, `empty` or `unreadable`.
    let state: String
  }

  /// A folder that is written into.
  struct Room: Sendable, Hashable {
    let path: String
    /// Nil where nobody knows.
    let free: Int?
    let isWritable: Bool
  }

  /// What came of a connection to Cassandra from the node.
  struct Reach: Sendable, Hashable {
    /// `open`, `closed`, `silent` or `unasked`.
    let state: String
    /// In the system's words.
    let why: String
  }

  /// What an earlier run left.
  struct Leftover: Sendable, Hashable {
    let run: String
    let steps: Int
  }

  /// The node's time in seconds since 1970; nil where it did not say.
  private(set) var time: Double?
  /// The same, and when it was asked for.
  var clock: ClockReading?
  private(set) var user = ""
  private(set) var jars: [Jar] = []
  private(set) var permissions = Permissions.absent
  /// Those `jvm.xml` that no installation has by itself.
  private(set) var jvmFiles: [String] = []
  /// The largest heap, `1024m`, of the installations that name one.
  private(set) var heaps: [CommandBuilder.Installation: String] = [:]
  /// The files that start the old installation at boot.
  private(set) var bootFiles: [String] = []
  private(set) var licences: [Licence] = []
  private(set) var exportRoom: Room?
  private(set) var homeRoom: Room?
  /// The KiB of the old installation's configuration, as far as it is exported.
  private(set) var configurationSize: Int?
  /// The domain's `topology.json`.
  private(set) var topology: String?
  /// What the configuration of each group sums up to, by the group's folder.
  private(set) var groupSums: [String: String] = [:]
  /// The kinds of databases that the configuration names: `jdbc:mysql`.
  private(set) var databases: [String] = []
  private(set) var drivers: [String] = []
  private(set) var cassandra: Reach?
  private(set) var leftovers: [Leftover] = []

  /// What the look's output says; nil where its end is missing.
  init?(output: [UInt8]) {
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    var isWhole = false
    for line in lines where line.hasPrefix("zdu ") {
      let parts = line.dropFirst(4).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let rest = parts.count > 1 ? String(parts[1]) : ""
      if parts[0] == "end" { isWhole = true }
      readHandWork(String(parts[0]), rest)
      readResources(String(parts[0]), rest)
    }
    guard isWhole else { return nil }
  }

  private mutating func readHandWork(_ key: String, _ rest: String) {
    let (first, second) = Self.two(rest)
    switch key {
    case "clock": time = Self.seconds(rest)
    case "user": user = rest
    case "jar": if let state = Jar.State(rawValue: first) { jars.append(Jar(path: second, state: state)) }
    case "acl": permissions = Permissions(rawValue: rest) ?? .absent
    case "jvm": jvmFiles.append(rest)
    case "heap":
      if let side = CommandBuilder.Installation(rawValue: first), !second.isEmpty { heaps[side] = second.lowercased() }
    case "boot": bootFiles.append(rest)
    default: break
    }
  }

  private mutating func readResources(_ key: String, _ rest: String) {
    let (first, second) = Self.two(rest)
    switch key {
    case "licence": licences.append(Licence(name: second, state: first))
    case "out": exportRoom = Self.room(first, second)
    case "home": homeRoom = Self.room(first, second)
    case "size": configurationSize = Int(first).map { max(0, $0 - (Int(second) ?? 0)) }
    case "topology": topology = rest
    case "group": groupSums[second] = first
    case "database": databases.append(rest)
    case "driver": drivers.append(rest)
    case "cassandra": cassandra = Reach(state: first, why: second)
    case "left": leftovers.append(Leftover(run: second, steps: Int(first) ?? 0))
    default: break
    }
  }

  private static func two(_ text: String) -> (String, String) {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
  }

  private static func room(_ free: String, _ rest: String) -> Room {
    let (may, path) = two(rest)
    return Room(path: path, free: Int(free), isWritable: may == "yes")
  }

  /// Not every `date` knows parts of seconds.
  private static func seconds(_ text: String) -> Double? {
    let parts = text.split(separator: ".")
    guard let whole = parts.first.flatMap({ Double($0) }) else { return nil }
    guard parts.count > 1, parts[1].allSatisfy(\.isNumber), let part = Double("0.\(parts[1])") else {
      return whole + 0.5
    }
    return whole + part
  }
}

/// A node's clock, and between which moments of this machine it was read; seconds since 1970.
struct ClockReading: Sendable, Hashable {
  let node: Double
  let asked: Double
  let answered: Double

  /// By how much the node's clock is ahead.
  var skew: Double { node - (asked + answered) / 2 }
  /// By how much that may be wrong.
  var uncertainty: Double { (answered - asked) / 2 + 0.5 }
}
