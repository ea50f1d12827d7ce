import FoundationEssentials
import Glibc
import Upgrade

/// A stage on this machine to rehearse a blue-green upgrade of webMethods API Gateway: old and new gateways as real
/// processes with a datastore for each side, and a real NGINX before them; only the vendor's software is simulated. It
/// lives in a folder and goes on when the program that started it ends.
public struct BlueGreenLab: Sendable {
  /// What it consists of.
  public let description: BlueGreenDescription

  private var layout: BlueGreenLayout { BlueGreenLayout(directory: directory) }
  private var control: BlueGreenProcesses { BlueGreenProcesses(description: description) }

  /// Its folder.
  public var directory: String { description.directory }
  /// The file with the gateways' administrator's password; for this user only, as the other one.
  public var passwordFile: String { layout.password }
  /// The file with the password of the user who may read the datastores.
  public var datastorePasswordFile: String { layout.datastorePassword }
  /// The configuration file of `zdupgrade` for it.
  public var upgradeFile: String { layout.upgrade }
  /// The URL of the old datastore: `sourceElasticsearch.url` of a reindex.
  public var sourceURL: String { "http://\(description.oldDatastore)" }
  /// The URL of the new datastore; the gateways use their folders, so nobody needs it but to look.
  public var targetURL: String { "http://\(description.newDatastore)" }
  /// The balancer's URL, without a slash at the end.
  public var balancerURL: String { "http://\(description.balancer)" }
  /// What a configuration file of `zdupgrade` says about the load balancer.
  public var balancerSetting: Setting { BlueGreenBalancer(description: description).setting }

  /// All that serves an API behind the load balancer.
  var group: LabGroup {
    LabGroup(name: "gateways", url: String(api(at: balancerURL).dropLast()), instanceCount: description.old.count)
  }

  /// The URL of an API behind `base`, which is `balancerURL` or that of a gateway. There are APIs from 1 on, several
  /// in any stage.
  public func api(_ number: Int = 1, at base: String) -> String {
    "\(base)/gateway/\(DocumentGenerator.api(number))/1.0/"
  }

  /// The stage in `directory`.
  ///
  /// - Throws: `Failure` of kind `.refused` where there is none.
  public static func open(_ directory: String) throws -> BlueGreenLab {
    guard let resolved = TextFile.resolve(directory) else {
      throw Failure(.refused, "no blue-green stage in \(directory)")
    }
    return BlueGreenLab(description: try BlueGreenDescription.read(resolved))
  }

  /// Starts a stage; returns when every process serves.
  ///
  /// - Throws: `Failure`, or `CancellationError`; what was started is ended and the folder removed.
  public static func up(_ options: BlueGreenOptions) async throws -> BlueGreenLab {
    guard (1...20).contains(options.oldCount), (0...20).contains(options.newCount) else {
      throw Failure(.refused, "a stage has 1 to 20 old gateways and up to 20 new ones")
    }
    let directory = try LabFolder.make(options.directory)
    do {
      return BlueGreenLab(description: try await BlueGreenStart(options: options, directory: directory).run())
    } catch {
      await end(directory)
      throw error
    }
  }

  /// Ends all its processes, whatever they are doing, and removes its folder.
  public func down() async { await Self.end(directory) }

  private static func end(_ directory: String) async {
    await LabProcesses(directory: directory).end()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Starts a gateway that has ended; returns when it serves. What the operator does at the machine.
  ///
  /// - Throws: `Failure` also when it is running already.
  public func start(_ name: String) async throws { try await control.start(description.node(name)) }

  /// Tells a gateway's process to end, and returns when it has; requests in flight are finished.
  public func stop(_ name: String) async throws { try await control.stop(description.node(name)) }

  /// Kills a gateway, and returns when it is gone: a machine that is lost.
  public func kill(_ name: String) async throws { await control.kill(try description.node(name)) }

  /// Puts a fix into a gateway, which tells of it from its next answer on. It must not be running.
  ///
  /// - Parameter level: the name of the fix, for example `Fix 9`.
  public func applyFix(_ level: String, to name: String) throws {
    let node = try description.node(name)
    guard !control.isRunning(node) else { throw Failure(.refused, "\(name) is running: no fix can be applied") }
    try TextFile.makeFolder(layout.home(of: name))
    try TextFile.write("\(level)\n", to: control.options(node).fixFile)
  }

  /// Whether a gateway's process serves; it may be quiesced.
  public func isServing(_ name: String) throws -> Bool { control.isServing(try description.node(name)) }

  /// The file with every call of a gateway's administration, a JSON object a line; what `scripts/check-calls` reads.
  public func calls(of name: String) throws -> String { CallRecord(control.options(try description.node(name))).path }

  /// Sets a fault, given as `NAME:STEP[:KIND[:ARGUMENT]]`; running processes see it at once.
  public func setFault(_ text: String) throws {
    try set(GatewayFault(parsing: text, gateways: description.nodes.map(\.name)))
  }

  /// Sets a fault.
  public func set(_ fault: GatewayFault) throws { try GatewayFaultStore(folder: layout.faults).set(fault) }

  /// The faults that are set.
  public var faults: [GatewayFault] {
    GatewayFaultStore(folder: layout.faults).faults(on: description.nodes.map(\.name))
  }

  /// Forgets all faults; what hangs because of one goes on.
  public func clearFaults() { GatewayFaultStore(folder: layout.faults).clear() }

  /// The numbers of its processes.
  public var processes: [Int32] { LabProcesses(directory: directory).running.map(\.pid) }

  /// Counts what is in the datastores now; takes a second or two where there are many documents.
  public func account() async throws -> BlueGreenAccount {
    let (old, new) = (DatastoreFolder(path: layout.oldDatastore), DatastoreFolder(path: layout.newDatastore))
    let description = description
    let newFolder = description.isSharingDatastore ? old : new
    return try await LoadThread.run { BlueGreenAccount(old: old, new: newFolder, of: description) }
  }
}
