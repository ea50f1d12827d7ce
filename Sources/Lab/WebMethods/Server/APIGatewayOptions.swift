import Upgrade

/// What one simulated webMethods API Gateway is to be.
public struct APIGatewayOptions: Sendable {
  /// Its name, which its answers and the transactions that it counts carry.
  public var name: String
  /// The address of all its ports.
  public var address: String
  /// The port of the administration and of the APIs.
  public var port: Int
  /// Its version.
  public var version: GatewayVersion
  /// The folder of its datastore, which several gateways may share.
  public var datastore: String
  /// The folder for its own files: ports, process numbers.
  public var home: String
  /// Where the datastore puts backups: `path.repo` of Elasticsearch. Without it there can be none.
  public var pathRepo: String?
  /// The administrator's name.
  public var username = "Administrator"
  /// The file with the administrator's password.
  public var passwordFile: String
  /// The tenant, part of the names of its indices.
  public var tenant = "default"
  /// The folder with the faults.
  public var faults: String?
  /// `HOST:PORT` of the datastores that may be read: `reindex.remote.whitelist`. Nil allows all.
  public var remoteWhitelist: [String]?
  /// How long it is away in a bounce, in milliseconds.
  public var bounceDelay = 300
  /// The file whose text is the level of its fixes, as the operator's command has left it; empty without it.
  public var fixFile: String { "\(home)/fix" }

  /// A gateway.
  public init(
    name: String, address: String, port: Int, version: GatewayVersion, datastore: String, home: String? = nil,
    passwordFile: String
  ) {
    self.name = name
    self.address = address
    self.port = port
    self.version = version
    self.datastore = datastore
    self.home = home ?? "\(datastore)/nodes/\(LabLayout.fileName(name))"
    self.passwordFile = passwordFile
  }

  /// The process that serves.
  var servingRecord: ProcessRecord { ProcessRecord(path: "\(home)/serving.pid") }
  /// The process that starts it, again and again.
  var launcherRecord: ProcessRecord { ProcessRecord(path: "\(home)/launcher.pid") }

  /// The indices' name of a kind.
  func index(_ kind: String) -> String { DatastoreIndex.name(kind, tenant: tenant) }
}
