import Foundation
import Upgrade

/// A domain as the Topology API of its Admin Node Manager tells it.
///
/// Source: the vendor's documentation of the Topology API, `GET /api/topology`; more than is read here may be in the answer.
public struct DomainTopology: Sendable, Hashable {
  /// A machine of the domain.
  public struct Host: Sendable, Hashable {
    /// By which services name it, for example `host-1`.
    public let id: String
    /// Its host name, as `--anm_host` takes it.
    public let name: String
  }

  /// A Node Manager or an API Gateway instance.
  public struct Service: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// `nodemanager` or `gateway`.
    public let type: String
    /// The `id` of the host that it is on.
    public let hostID: String
    /// Whether it is one of the Admin Node Managers: the tag `internal_admin_nm` is `true`.
    public let isAdmin: Bool
    /// Whether the domain has it in use.
    public let isEnabled: Bool
  }

  /// A group of services.
  public struct Group: Sendable, Hashable {
    /// The name of its folder below `groups`, for example `group-2`; nil where the answer does not have it.
    public let id: String?
    /// Its name.
    public let name: String
    /// Its services, Node Managers among them.
    public let services: [Service]
  }

  /// The version of the product; nil where the answer does not have it.
  public let productVersion: String?
  /// The machines.
  public let hosts: [Host]
  /// The groups; the Node Managers have one of their own.
  public let groups: [Group]

  /// Reads an answer; `source` is where it is from, for messages.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the value which is missing or wrong.
  public init(json: [UInt8], from source: String) throws(Failure) {
    let answer = try Self.reader(of: try JSONFile.parse(Data(json), file: source), source, "")
    guard let setting = answer.value("result") else { throw answer.complaint("result", "is missing") }
    try self.init(Self.reader(of: setting, source, "result"))
  }

  /// Reads the file that an installation keeps of it, which is what stands in `result` of an answer.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the value which is missing or wrong.
  init(file json: [UInt8], from source: String) throws(Failure) {
    try self.init(Self.reader(of: try JSONFile.parse(Data(json), file: source), source, ""))
  }

  private init(_ result: SettingReader) throws(Failure) {
    productVersion = try? result.string("productVersion")
    hosts = try Self.each("hosts", of: result) { host throws(Failure) in
      Host(id: try host.requiredString("id"), name: try host.requiredString("name"))
    }
    groups = try Self.each("groups", of: result) { group throws(Failure) in
      Group(
        id: try group.string("id"), name: try group.requiredString("name"),
        services: try Self.each("services", of: group, Self.service))
    }
  }

  private static func service(_ reader: SettingReader) throws(Failure) -> Service {
    var tag: Setting?
    if case .object(let tags) = reader.value("tags") { tag = tags["internal_admin_nm"] }
    return Service(
      name: try reader.requiredString("name"), type: try reader.requiredString("type").lowercased(),
      hostID: try reader.requiredString("hostID"), isAdmin: tag == .string("true") || tag == .bool(true),
      isEnabled: try reader.bool("enabled") ?? true)
  }

  private static func each<Element>(
    _ key: String, of parent: SettingReader, _ read: (SettingReader) throws(Failure) -> Element
  ) throws(Failure) -> [Element] {
    guard let settings = try parent.settings(key) else { throw parent.complaint(key, "is missing") }
    var elements: [Element] = []
    for (index, setting) in settings.enumerated() {
      elements.append(try read(try reader(of: setting, parent.file, "\(parent.path(of: key))[\(index)]")))
    }
    return elements
  }

  /// A reader of `setting`, whatever keys it has: the answer is the vendor's and may grow.
  private static func reader(of setting: Setting, _ source: String, _ path: String) throws(Failure) -> SettingReader {
    var keys: [String] = []
    if case .object(let object) = setting { keys = Array(object.keys) }
    return try SettingReader(setting, file: source, path: path, keys: keys)
  }
}
