import AsyncHTTPClient
import FoundationEssentials
import Upgrade

/// Which version answers on each instance of a lab, asked at the instance itself.
public struct LabVersions: Sendable, Hashable {
  /// One instance.
  public struct Entry: Sendable, Hashable {
    /// The node's name.
    public let node: String
    /// The instance's name.
    public let instance: String
    /// The instance's group.
    public let group: String
    /// The version that answers; nil when nothing does.
    public let version: String?
  }

  /// The instances, in the order of the topology.
  public let entries: [Entry]

  /// Asks all instances of `lab`.
  public static func read(_ lab: Lab) async -> LabVersions { await read(lab.description) }

  /// Asks all instances of the lab that is described so.
  static func read(_ lab: LabDescription) async -> LabVersions {
    var configuration = HTTPClient.Configuration.singleTry
    // The end of the client waits for a connection that is being made.
    configuration.timeout.connect = .seconds(5)
    let client = HTTPClient(configuration: configuration)
    let versions = await read(lab, client)
    // Shutting a client down fails only when it is done twice.
    try? await client.shutdown()
    return versions
  }

  private static func read(_ lab: LabDescription, _ client: HTTPClient) async -> LabVersions {
    let instances = lab.nodes.flatMap { node in node.instances.map { (node, $0) } }
    let entries = await instances.concurrentMap { node, instance in
      let identity = await Self.identity(at: node.url(of: instance), client)
      return Entry(node: node.name, instance: instance.name, group: instance.group, version: identity?.version)
    }
    return LabVersions(entries: entries)
  }

  /// The versions as a table.
  public var table: String {
    PlainTable(
      header: ["NODE", "INSTANCE", "GROUP", "VERSION"],
      rows: entries.map { [$0.node, $0.instance, $0.group, $0.version ?? "no answer"] }
    ).text
  }

  /// These versions and those that answer `after` something, as a table.
  func table(after: LabVersions) -> String {
    PlainTable(
      header: ["NODE", "INSTANCE", "BEFORE", "AFTER"],
      rows: zip(entries, after.entries).map { before, after in
        [before.node, before.instance, before.version ?? "no answer", after.version ?? "no answer"]
      }
    ).text
  }

  private static func identity(at url: String, _ client: HTTPClient) async -> InstanceIdentity? {
    let request = HTTPClientRequest(url: "\(url)/")
    guard let response = try? await client.execute(request, timeout: .seconds(5)),
      let body = try? await response.body.collect(upTo: 65_536)
    else { return nil }
    return InstanceIdentity(json: Data(body.readableBytesView))
  }
}
