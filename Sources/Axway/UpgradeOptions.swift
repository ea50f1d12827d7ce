import Upgrade

/// What the operator decides about an upgrade, the secrets apart.
///
/// The names are those of the vendor's scripts and of `sysupgrade`.
public struct UpgradeOptions: Sendable, Hashable, Codable {
  /// How `sysupgrade` is told about Cassandra.
  public struct Cassandra: Sendable, Hashable, Codable {
    /// `--cass_host`; nil leaves it to sysupgrade, which then takes localhost.
    public var host: String?
    /// `--cass_port`.
    public var port: Int?
    /// `--cass_username`.
    public var username: String?
    /// Whether a Cassandra password is to be handed over.
    public var hasPassword = false
    /// `--no_cassandra`: the domain has none.
    public var isAbsent = false

    /// Nothing said.
    public init() {}
  }

  /// How much sysupgrade writes to its logs.
  public enum TraceLevel: String, Sendable, Hashable, Codable, CaseIterable {
    case debug = "DEBUG"
    case info = "INFO"
    case verbose = "VERBOSE"
  }

  /// How the new certificates are signed.
  public enum SignatureAlgorithm: String, Sendable, Hashable, Codable, CaseIterable {
    case sha1, sha256, sha384, sha512
  }

  /// The old installation, for example `/opt/Axway-7.5.3`; nil where every node has its own in the topology.
  public var oldInstallDir: String?
  /// The new installation, for example `/opt/Axway-7.7`.
  public var newInstallDir: String?
  /// `--anm_host`; nil takes the host of the first Admin Node Manager in the topology.
  public var anmHost: String?
  /// The administrator's name; its password is a secret.
  public var username = "admin"
  /// Cassandra.
  public var cassandra = Cassandra()
  /// `--sign_alg`.
  public var signatureAlgorithm: SignatureAlgorithm?
  /// `--subj_alt_name`, each given once.
  public var subjectAlternativeNames: [String] = []
  /// `--skip_db_upgrade`.
  public var skipsDatabaseUpgrade = false
  /// `--tracelevel`, for upgrade and apply.
  public var traceLevel: TraceLevel?
  /// Seconds until a started process must be seen to run and to be healthy.
  public var startupTime = 30
  /// Seconds until a stopped process must be seen to have ended.
  public var shutdownTime = 10
  /// Seconds until nothing may be in flight to a node that was taken out of the load balancer.
  public var drainTime = 300
  /// What follows when that time is over.
  public var onDrainTimeout = DrainTimeout.abort
  /// Seconds that one run of sysupgrade may take.
  public var stepTime = 3600
  /// Seconds for which a node that is not reached any more is tried again.
  public var reconnectTime = 600
  /// How many nodes are exported and upgraded at the same time.
  public var forks = 32
  /// How the nodes follow one another.
  public var waves = WaveOptions()

  /// The defaults.
  public init() {}
}
