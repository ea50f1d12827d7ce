import Glibc
import Upgrade

/// The process that listens where a lab's Cassandra is said to be.
struct CassandraStandIn: Sendable {
  let lab: LabDescription

  /// Starts it, unless the lab has none or it runs; returns when it listens.
  ///
  /// - Throws: `Failure` when it does not.
  func start() async throws {
    guard let place = lab.cassandra, !LoopbackPort.isListening("\(place.address):\(place.port)") else { return }
    let report = try await DetachedProcess.start(
      lab.program, ["gateway", Self.tool, "--home", lab.directory], environment: LabEnvironment(lab.layout).entries,
      log: "\(lab.directory)/cassandra.log", timeout: .seconds(60))
    guard report == "ready" else {
      throw Failure(.exit, "start the stand-in for Cassandra: \(report.isEmpty ? "it ended at once" : report)")
    }
  }

  /// The process; nil where it does not run.
  var process: Int32? { record.running?.pid }

  /// Ends it.
  func stop() async {
    guard let facts = record.running else { return }
    kill(facts.pid, SIGKILL)
    while facts.isRunning { try? await Task.sleep(for: .milliseconds(5)) }
  }

  private var record: ProcessRecord { ProcessRecord(path: "\(lab.directory)/cassandra.pid") }

  /// The name under which the lab's program is this process.
  static let tool = "cassandra"

  /// Takes connections and closes them, for ever; `report` is told `ready`, or why that is not possible.
  func run(_ report: (String) -> Void) -> Int32 {
    guard let place = lab.cassandra else {
      report("the lab has no Cassandra")
      return 1
    }
    do {
      let descriptor = try LoopbackPort.listen(at: place.address, place.port)
      try record.write()
      report("ready")
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection >= 0 { close(connection) }
      }
    } catch {
      report("\(error)")
      return 1
    }
  }
}
