import Axway
import Upgrade
import WebMethods

/// One gateway as `bluegreen status` shows it; in JSON, what is not known or was not asked is left out.
struct GatewayStatus: StatusRow {
  /// The node.
  let node: String
  /// Where it stands by the journal.
  let journal: String
  /// How it feels: `green`, `yellow`, `red`, `no answer`, or the status it answered with.
  var health: String?
  /// What it refuses: `nothing`, `designtime` or `all`.
  var quiesced: String?
  /// How the load balancer has it.
  var balancer: String?
  /// What the journal has otherwise.
  var differences: [String] = []
  /// Why something is not known.
  var problems: [String] = []

  static let heading = ["NODE", "JOURNAL", "HEALTH", "QUIESCED", "BALANCER"]

  func cells(asked: Bool) -> [String] {
    guard asked else { return [node, journalCell] }
    return [node, journalCell, health ?? "unknown", quiesced ?? "unknown", balancer ?? "unknown"]
  }

  /// The node by the journal alone.
  init(_ node: String, journal: NodeAccount?) {
    self.node = node
    self.journal = journal?.text ?? "not begun"
  }

  /// The same with what the gateway and the load balancer say now.
  func asked(_ client: GatewayClient, _ node: GatewayNode, _ balancer: any LoadBalancer) async -> GatewayStatus {
    var status = self
    do {
      let answer = try await client.health()
      switch answer {
      case .answered(let health): status.health = health?.rawValue ?? "answers"
      case .refused(let code, _): status.health = "answers \(code)"
      case .silent: status.health = "no answer"
      }
      status.quiesced = await Self.quiesced(client, node, answer)
    } catch {
      status.problems.append(Failure.from(error, as: .gateway).message)
    }
    do {
      status.balancer = try await balancer.standing(of: node.node(in: BlueGreenPlanner.group)).rawValue
    } catch {
      status.problems.append(Failure.from(error, as: .balancer).message)
    }
    return status
  }

  /// A gateway that is quiesced for all answers by its quiesce port alone, if at all, and tells nothing there.
  private static func quiesced(_ client: GatewayClient, _ node: GatewayNode, _ health: HealthAnswer) async -> String? {
    if let state = try? await client.quiesceState() {
      return state.isEnabled ? state.block?.rawValue ?? "yes" : "nothing"
    }
    guard case .silent = health, let port = node.quiescePort else { return nil }
    guard let through = try? await client.throughPort(port.number).health() else { return nil }
    if case .silent = through { return nil }
    return QuiesceBlock.all.rawValue
  }
}
