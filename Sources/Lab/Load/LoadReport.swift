/// What became of a mixed load, with both sides compared.
public struct LoadReport: Sendable, Hashable, Codable {
  /// The requests of one kind to one group, or all to one group.
  public struct Row: Sendable, Hashable, Codable {
    /// The group's name.
    public let group: String
    /// How many instances the group has; with one it is interrupted by any upgrade.
    public let instanceCount: Int
    /// Nil for all kinds but `long` together.
    public let kind: LoadKind?
    /// The requests that were sent, one that was sent again after a race only once.
    public internal(set) var requests = 0
    /// Those without a whole answer, but for a mere race.
    public internal(set) var lost = 0
    /// Those of the lost that an instance had begun to serve.
    public internal(set) var unanswered = 0
    /// Those that were served more than once.
    public internal(set) var duplicated = 0
    /// What went wrong for the client: the lost ones, answers other than expected, and answers that no instance gave.
    public internal(set) var errors = 0
    /// Those of the errors whose good answer came from no instance.
    public internal(set) var unserved = 0
    /// Those sent on a kept connection that the server closed at the same moment, and that no instance has seen: the
    /// ordinary race of HTTP. A GET was sent again then; a POST is left to the user.
    public internal(set) var raced = 0
    /// The longest time without a good answer, in milliseconds.
    public internal(set) var longestGap: Int64 = 0
  }

  /// One request with which something was wrong.
  public struct Incident: Sendable, Hashable, Codable {
    /// The group's name.
    public let group: String
    /// The kind of the request.
    public let kind: LoadKind
    /// Its name in the records of the instances.
    public let sequence: String
    /// When it was sent, in milliseconds from the start of the load.
    public let sent: Int64
    /// Whether nothing was wrong but a race.
    public let isRace: Bool
    /// What was wrong.
    public let reason: String
    /// The processes that served it.
    public let servers: [String]
  }

  /// How many incidents are kept; the others are only counted.
  static let keptIncidents = 200

  /// For each group a row of each kind, and one of all kinds but `long`.
  public internal(set) var rows: [Row] = []
  /// The first incidents, races too.
  public internal(set) var incidents: [Incident] = []
  /// How long requests were sent, in milliseconds.
  public let duration: Int64

  /// The rows of whole groups with more than one instance: what an upgrade must not disturb.
  public var undisturbed: [Row] { rows.filter { $0.kind == nil && $0.instanceCount > 1 } }

  /// Whether nothing was lost, duplicated or wrong where it must not be.
  public var isClean: Bool { undisturbed.allSatisfy { $0.lost == 0 && $0.duplicated == 0 && $0.errors == 0 } }
}
