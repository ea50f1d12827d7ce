import Upgrade

/// Makes the plan of a blue-green upgrade from its settings. Pure.
public struct BlueGreenPlanner: Sendable {
  /// The group that all gateways of both sides belong to: they serve the same APIs.
  public static let group = "gateway"

  private let settings: BlueGreenSettings
  private let steps: GatewaySteps
  private let notices: BlueGreenNotices

  /// A planner.
  ///
  /// - Parameters:
  ///   - file: the configuration file's path, for the lines that do a step by hand.
  ///   - versions: what is known of them; what the file says where it says it.
  ///   - onDrainTimeout: what follows when requests are still in flight at a drain's deadline.
  public init(
    _ settings: BlueGreenSettings, file: String, versions: (old: GatewayVersion?, new: GatewayVersion?) = (nil, nil),
    onDrainTimeout: DrainTimeout = .abort
  ) {
    self.settings = settings
    steps = GatewaySteps(
      settings: settings, actions: GatewayActions(times: settings.times, file: file), onDrainTimeout: onDrainTimeout)
    notices = BlueGreenNotices(
      settings: settings, file: file, old: versions.old ?? settings.old.version,
      new: versions.new ?? settings.new?.version)
  }

  /// The plan.
  public var plan: Plan {
    Plan(
      title: "BLUE-GREEN ZERO DOWN-TIME UPGRADE SUMMARY", nodes: settings.nodes.map { $0.node(in: Self.group) },
      phases: Phase.blueGreen(settings.profile), stages: stages, notices: notices.all, notUndone: notices.notUndone,
      floors: [Self.group: floor])
  }

  private var stages: [Stage] {
    let new = settings.new?.nodes ?? []
    switch settings.profile {
    case .major:
      guard let first = new.first else { return [] }
      return MajorProcedure(steps: steps, old: settings.old.nodes, new: new, first: first).stages
    case .minorCluster: return MinorClusterProcedure(steps: steps, nodes: settings.old.nodes).stages
    case .minorStandalone: return MinorStandaloneProcedure(steps: steps, old: settings.old.nodes, new: new).stages
    }
  }

  /// Of both sides together, as many serve at any time as the smaller one has.
  private var floor: Int {
    guard let new = settings.new else { return settings.old.nodes.count - 1 }
    return min(settings.old.nodes.count, new.nodes.count)
  }
}
