import Upgrade

/// What is looked at on a node besides its processes.
public enum NodeLook: Sendable, Hashable {
  /// What was changed by hand: enough for the list of what is left to do after the upgrade, and quick.
  case handWork
  /// All that a check wants to know.
  case everything(Everything)

  /// What the complete look has to be told.
  public struct Everything: Sendable, Hashable {
    /// Where Cassandra shall be reached; nil where it is not asked.
    let cassandra: CassandraAddress?
    /// Whether the node is asked for the domain's own topology.
    let wantsTopology: Bool
  }

  /// The folders and files by which Linux starts services: systemd's, those of System V, and cron's.
  static let startPlaces = [
    "/etc/systemd/system", "/usr/lib/systemd/system", "/etc/init.d", "/etc/rc.local", "/etc/rc.d", "/etc/crontab",
    "/etc/cron.d",
  ]

  private static let limit = 4 << 20

  /// What no check depends on holds nobody up for long.
  private var timeout: Duration { self == .handWork ? .seconds(30) : .seconds(120) }

  /// Looks at `node`.
  ///
  /// - Returns: what it said; the clock is read against `now`, the seconds since 1970 on this machine.
  /// - Throws: `Failure` when it could not be asked, or did not say all.
  func facts(
    of node: String, _ commands: CommandBuilder, by runner: CommandRunner, now: @escaping @Sendable () -> Double
  ) async throws -> NodeFacts {
    let asked = now()
    let heard = FirstTime()
    let answer = try await runner.answer(
      to: commands.look(self), on: node, timeout: timeout, limit: Self.limit
    ) { heard.note(now()) }
    guard var facts = NodeFacts(output: answer.output) else {
      throw Failure(
        .exit, "look at the node: it did not say all (\(answer.complaints.last ?? "it printed nothing"))",
        evidence: answer.complaints, remedy: "see that a POSIX shell and the usual programs are on the node")
    }
    facts.clock = facts.time.map { ClockReading(node: $0, asked: asked, answered: heard.time ?? now()) }
    return facts
  }
}

extension CommandBuilder {
  /// Looks at the node, and changes nothing.
  func look(_ look: NodeLook) -> Command {
    var words = ["brief", "", "", "no"]
    if case .everything(let everything) = look {
      words = [
        "all", everything.cassandra?.host ?? "", everything.cassandra.map { "\($0.port)" } ?? "",
        everything.wantsTopology ? "yes" : "no",
      ]
    }
    return Command.longScript(NodeLookScript.text, [gateway(.old), gateway(.new)] + words + NodeLook.startPlaces)
  }

  /// Prints an installation's version.
  ///
  /// Source: the vendor's administrator guide, "find your installed version".
  func version(of installation: Installation) -> Command {
    Command("\(gateway(installation))/posix/bin/managedomain", "--version")
  }
}

/// Where a node shall reach Cassandra.
public struct CassandraAddress: Sendable, Hashable {
  /// A host name or address, without brackets.
  let host: String
  let port: Int

  /// The port of Cassandra's native protocol, which the new version uses where no other is given.
  ///
  /// Source: the vendor's `sysupgrade` reference.
  static let standardPort = 9042

  /// Where `options` want it; nil where the domain has none.
  init?(_ options: UpgradeOptions.Cassandra) {
    guard !options.isAbsent else { return nil }
    let host = options.host ?? "localhost"
    self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    port = options.port ?? Self.standardPort
  }

  var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
