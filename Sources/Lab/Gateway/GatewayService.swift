/// A process of an installation.
enum GatewayService: Sendable, Hashable {
  case nodeManager
  case instance(LabInstance)

  /// Unique within an installation.
  var key: String {
    switch self {
    case .nodeManager: "nodemanager"
    case .instance(let instance): "\(instance.group)/\(instance.name)"
    }
  }

  /// As the product's messages call it.
  var title: String {
    switch self {
    case .nodeManager: "Node Manager"
    case .instance(let instance): "API Gateway '\(instance.name)' in group '\(instance.group)'"
    }
  }

  /// The step of starting it, for faults.
  func start(_ side: Side) -> Fault.Step {
    switch (self, side) {
    case (.nodeManager, .new): .nodeManagerStart
    case (.nodeManager, .old): .oldNodeManagerStart
    case (.instance, .new): .start
    case (.instance, .old): .oldStart
    }
  }

  /// The step of stopping it, for faults.
  func stop(_ side: Side) -> Fault.Step {
    switch (self, side) {
    case (.nodeManager, .old): .nodeManagerStop
    case (.nodeManager, .new): .newNodeManagerStop
    case (.instance, .old): .stop
    case (.instance, .new): .newStop
    }
  }
}
