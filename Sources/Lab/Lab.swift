import FoundationEssentials
import Glibc
import Upgrade

/// A rehearsal stage on this machine: real SSH servers, a real NGINX or HAProxy and real processes; only the vendor's software is
/// simulated. It lives in a folder and goes on when the program that started it ends.
public struct Lab: Sendable {
  /// What it consists of.
  public let description: LabDescription

  /// The `topology.json` for `zdupgrade --config`.
  public var topologyFile: String { description.layout.topology }
  /// The file with the administrator's password.
  public var passwordFile: String { description.layout.password }
  /// The file with the domain's passphrase.
  public var domainPassphraseFile: String { description.layout.domainPassphrase }
  /// The file with the certificate of its Node Managers, which is its own issuer.
  public var certificateFile: String { description.layout.certificate }
  /// Its folder.
  public var directory: String { description.directory }

  /// The lab in `directory`.
  ///
  /// - Throws: `Failure` of kind `.refused` where there is none.
  public static func open(_ directory: String) throws -> Lab {
    guard let resolved = TextFile.resolve(directory) else { throw Failure(.refused, "no lab in \(directory)") }
    return Lab(description: try LabDescription.read(resolved))
  }

  /// Starts a lab; returns when every process serves.
  ///
  /// - Throws: `Failure`, or `CancellationError`; what was started is ended and the folder removed.
  public static func up(_ options: LabOptions) async throws -> Lab {
    try LabPrograms.check(for: options.balancer)
    let directory = try LabFolder.make(options.directory)
    do {
      return Lab(description: try await LabStart(options: options, directory: directory).run())
    } catch {
      await down(directory)
      throw error
    }
  }

  /// Ends all its processes and removes its folder.
  public func down() async { await Self.down(directory) }

  /// Ends the lab in `directory`, also one that was only half made or of which only processes are left.
  ///
  /// - Throws: `Failure` of kind `.refused` when there is neither a lab's folder nor a process: nothing else is removed.
  public static func down(in directory: String) async throws {
    let resolved = TextFile.resolve(directory) ?? directory
    let isLab = LabFolder.isLab(resolved)
    guard isLab || !LabProcesses(directory: resolved).running.isEmpty else {
      throw Failure(.refused, "no lab in \(directory)")
    }
    if isLab { await down(resolved) } else { await LabProcesses(directory: resolved).end() }
  }

  /// The folders of all labs of the current user.
  public static func all() -> [String] { LabFolder.all() }

  /// Ends the processes of the lab in `directory`, removes its containers where it has any, and the folder.
  static func down(_ directory: String) async {
    await LabProcesses(directory: directory).end()
    await ContainerRecord.read(directory)?.remove()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Sets a fault, given as `NODE:STEP[:KIND[:ARGUMENT]]`.
  public func setFault(_ text: String) throws {
    try set(Fault(parsing: text, nodes: description.nodes.map(\.name)))
  }

  /// Sets a fault.
  public func set(_ fault: Fault) throws { try FaultStore(layout: description.layout).set(fault) }

  /// The faults that are set.
  public var faults: [Fault] { FaultStore(layout: description.layout).faults(on: description.nodes.map(\.name)) }

  /// The faults that have happened.
  public var metFaults: [Fault] { faults.filter(FaultStore(layout: description.layout).isMet) }

  /// Forgets all faults; a process that hangs because of one goes on hanging.
  public func clearFaults() { FaultStore(layout: description.layout).clear() }

  /// The numbers of its processes.
  public var processes: [Int32] { LabProcesses(directory: directory).running.map(\.pid) }
}
