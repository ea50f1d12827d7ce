import Upgrade

/// How long things may take.
public struct StepTimes: Sendable, Hashable {
  /// What a time is for; the raw value is the key in the file's `timeouts`.
  public enum Name: String, Sendable, Hashable, CaseIterable {
    /// One answer of a gateway.
    case answer
    /// The longest pause between two looks at something under way.
    case pollInterval
    /// For so long what a gateway says about an action that it has begun may be left over from an earlier one.
    case settling
    /// Until a gateway that was started is healthy.
    case start
    /// Emptying the new datastore.
    case clean
    /// Until design-time changes are refused.
    case quiesceDesigntime
    /// Copying the core data.
    case reindexCore
    /// Making it fit for the new version.
    case transform
    /// Until a gateway that was told to restart is healthy.
    case restart
    /// Until no request is in flight on a node that was taken out of the load balancer.
    case drain
    /// Until a gateway that was quiesced for all does not answer any more.
    case quiesceAll
    /// Copying logs and events.
    case reindexLogs
    /// What a gateway that shuts down gives its clients; it counts minutes, so it is rounded up to them.
    case shutdownDrain
    /// Until a gateway that was told to shut down does not answer any more, its drain included.
    case shutdown
  }

  private static let defaults: [Name: Int] = [
    .answer: 30, .pollInterval: 5, .settling: 30, .start: 600, .clean: 3600, .quiesceDesigntime: 300,
    .reindexCore: 14_400,
    .transform: 14_400, .restart: 600, .drain: 300, .quiesceAll: 900, .reindexLogs: 86_400, .shutdownDrain: 600,
    .shutdown: 900,
  ]
  private let seconds: [Name: Int]

  /// Times; what is not among `seconds` has its default.
  public init(_ seconds: [Name: Int] = [:]) { self.seconds = seconds }

  /// The time for `name`.
  public subscript(name: Name) -> Duration { .seconds(inSeconds(name)) }

  /// What a gateway that shuts down is told.
  public var shutdownDrainMinutes: Int { (inSeconds(.shutdownDrain) + 59) / 60 }

  /// Reads the object `timeouts` of the file.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  init(_ top: SettingReader) throws(Failure) {
    guard let reader = try top.object("timeouts", keys: Name.allCases.map(\.rawValue)) else {
      self.init()
      return
    }
    var seconds: [Name: Int] = [:]
    for name in Name.allCases {
      seconds[name] = try reader.integer(name.rawValue, in: 1...(name == .answer ? 3600 : 604_800))
    }
    self.init(seconds)
    let minutes = shutdownDrainMinutes
    guard inSeconds(.shutdown) >= minutes * 60 else {
      throw reader.complaint(
        "shutdown", "is \(inSeconds(.shutdown)), less than shutdownDrain, for which a gateway takes \(minutes * 60)")
    }
  }

  private func inSeconds(_ name: Name) -> Int { seconds[name] ?? Self.defaults[name] ?? 600 }
}
