import Upgrade

/// What is around a node - Cassandra, the clock, other runs -, judged. Pure.
struct SurroundingsChecks: Sendable {
  let node: String
  let facts: NodeFacts
  /// Where Cassandra shall be reached; nil where the domain has none.
  let address: CassandraAddress?
  /// Who holds the node's lock.
  let lock: Result<LockState, Failure>
  /// How many commands of an earlier run still run, by run.
  let running: [String: Result<Int, Failure>]

  /// Tokens, certificates and what Cassandra has written last depend on the nodes' clocks.
  static let tolerated = 2.0
  static let intolerable = 60.0

  /// All of them.
  var all: [Check] { [cassandra, clock, lockCheck, leftovers] }

  private var cassandra: Check {
    guard let address else { return Check(.cassandra, on: node, .skipped, "--no_cassandra was given") }
    let remedy =
      "open port \(address.port) for the node in the firewall, and see that Cassandra listens there: the new version "
      + "speaks Cassandra's native protocol, by default on port \(CassandraAddress.standardPort); check --cass_host and "
      + "--cass_port"
    switch facts.cassandra?.state {
    case "open": return Check(.cassandra, on: node, .pass, "\(address.text) takes connections from the node")
    case "closed":
      let why = facts.cassandra?.why ?? ""
      return Check(
        .cassandra, on: node, .fail, "\(address.text) is not reached from the node: \(why.isEmpty ? "refused" : why)",
        remedy: remedy)
    case "silent":
      return Check(
        .cassandra, on: node, .fail, "\(address.text) gives the node no answer within 5 s", remedy: remedy)
    default:
      return Check(
        .cassandra, on: node, .warn, "the node has neither bash with timeout, nor nc, to ask \(address.text) with",
        remedy: "see by hand that the node reaches it")
    }
  }

  private var clock: Check {
    guard let clock = facts.clock else {
      return Check(.clock, on: node, .warn, "it does not say its time", remedy: "see by hand that its clock is right")
    }
    let (skew, distance) = (clock.skew, max(0, abs(clock.skew) - clock.uncertainty))
    guard distance > Self.tolerated else {
      return Check(.clock, on: node, .pass, "within \(Int(Self.tolerated)) s of this machine's")
    }
    let seconds = Int(abs(skew).rounded())
    return Check(
      .clock, on: node, distance > Self.intolerable ? .fail : .warn,
      "its clock is \(seconds) s \(skew > 0 ? "ahead of" : "behind") this machine's",
      remedy: "have NTP set it: new certificates are not valid yet on a node whose clock is behind")
  }

  private var lockCheck: Check {
    switch lock {
    case .success(.free), .success(.mine), .success(.removed): return Check(.lock, on: node, .pass, "nobody holds it")
    case .success(.held(let held)):
      return Check(
        .lock, on: node, .fail, "it is locked by \(held)",
        remedy: "wait until that run has ended; 'zdupgrade unlock --run \(held.run)' removes the locks of a dead run")
    case .success(.refused(let why)):
      return Check(
        .lock, on: node, .fail, "it cannot be locked: \(why)", remedy: "see what ~/.zdupgrade on the node is")
    case .failure(let failure):
      return Check(.lock, on: node, .fail, failure.message, remedy: failure.remedy ?? "see what ~/.zdupgrade holds")
    }
  }

  private var leftovers: Check {
    for (run, answer) in running.sorted(by: { $0.key < $1.key }) {
      let still: String
      switch answer {
      case .success(0): continue
      case .success(1): still = "a command of run \(run) still runs"
      case .success(let count): still = "\(count) commands of run \(run) still run"
      case .failure(let failure): still = "a command of run \(run) may still run: \(failure.message)"
      }
      return Check(
        .leftovers, on: node, .fail, still,
        remedy:
          "wait until it has ended, then 'zdupgrade resume \(run)' or 'zdupgrade rollback \(run)' finishes that run")
    }
    guard !facts.leftovers.isEmpty else { return Check(.leftovers, on: node, .pass, "nothing of earlier runs") }
    let seen = facts.leftovers.map { "\($0.steps) \($0.steps == 1 ? "command" : "commands") of run \($0.run)" }
    return Check(
      .leftovers, on: node, .warn, "~/.zdupgrade still has what was printed by \(seen.listed)",
      remedy:
        "'zdupgrade status RUN' says whether that run is finished; 'resume' or 'rollback' finishes it, and what is "
        + "left of a finished one can be removed")
  }
}
