import FoundationEssentials
import Upgrade

/// The phases by the nodes, in so many columns and rows.
struct LiveTable {
  private let model: LiveModel
  private let now: Date
  private let glyphs: LiveGlyphs
  private let width: Int
  private let phases: [Phase]
  private let hasTraffic: Bool
  private let nameWidth: Int
  private let rows: [Row]
  private static let gap = 2
  private static let trafficWidth = 8

  /// A table of at most `width` columns and `height` lines.
  init(_ model: LiveModel, now: Date, glyphs: LiveGlyphs, width: Int, height: Int) {
    (self.model, self.now, self.glyphs, self.width) = (model, now, glyphs, width)
    hasTraffic = model.nodes.contains { $0.traffic != nil }
    rows = height > 1 ? Self.rows(model, height - 1) : []
    let names = rows.filter { $0.node != nil }.map { DisplayWidth.columns($0.label) }.max() ?? 4
    nameWidth = max(4, min(names, max(12, width / 4)))
    let room = width - nameWidth - (hasTraffic ? Self.gap + Self.trafficWidth : 0)
    phases = Self.phases(of: model, in: room)
  }

  /// As many phases as there is room for: those that all nodes have passed are the first to go.
  private static func phases(of model: LiveModel, in room: Int) -> [Phase] {
    guard let plan = model.plan else { return [.preflight] }
    var phases = plan.phases + (model.isGoingBack ? [.rollback] : [])
    func needed() -> Int { phases.reduce(0) { $0 + gap + columns(of: $1) } }
    while needed() > room, phases.count > 1 {
      let done = phases.firstIndex { phase in model.nodes.allSatisfy { $0.state(of: phase)?.result == .passed } }
      let untouched = phases.lastIndex { phase in model.nodes.allSatisfy { $0.state(of: phase) == nil } }
      phases.remove(at: done ?? untouched ?? 0)
    }
    return phases
  }

  private static func columns(of phase: Phase) -> Int { max(9, DisplayWidth.columns(phase.title)) }

  /// The headings and the rows.
  var lines: [LiveLine] {
    guard !rows.isEmpty else { return [] }
    return [head]
      + rows.map { row in
        guard let node = row.node else { return LiveLine(row.label, .faint).cut(to: width) }
        return line(row.label, node)
      }
  }

  private var head: LiveLine {
    var line = LiveLine("NODE", .faint).fitted(to: nameWidth)
    if hasTraffic { line = line + space + LiveLine("TRAFFIC", .faint).fitted(to: Self.trafficWidth) }
    return phases.reduce(line) { $0 + space + LiveLine($1.title, .faint).fitted(to: Self.columns(of: $1)) }.cut(
      to: width)
  }

  private var space: LiveLine { LiveLine(String(repeating: " ", count: Self.gap)) }

  private func line(_ label: String, _ node: LiveNode) -> LiveLine {
    let style: LiveStyle = node.hasFailed ? .bad : node.isAtWork ? .strong : .plain
    var line = LiveLine(label, style).fitted(to: nameWidth)
    if hasTraffic { line = line + space + traffic(node.traffic).fitted(to: Self.trafficWidth) }
    return phases.reduce(line) { $0 + space + cell(node, $1).fitted(to: Self.columns(of: $1)) }.cut(to: width)
  }

  private func traffic(_ traffic: LiveNode.Traffic?) -> LiveLine {
    switch traffic {
    case nil: LiveLine("")
    case .serving: LiveLine(LiveNode.Traffic.serving.rawValue, .good)
    case .draining: LiveLine(LiveNode.Traffic.draining.rawValue, .busy)
    case .out: LiveLine(LiveNode.Traffic.out.rawValue, .busy)
    }
  }

  private func cell(_ node: LiveNode, _ phase: Phase) -> LiveLine {
    guard let state = node.state(of: phase) else { return LiveLine(glyphs.waiting, .faint) }
    let seconds = state.seconds(until: now).map { " " + ShortTime.text($0) } ?? ""
    switch state.result {
    case .passed: return LiveLine(glyphs.passed + seconds, .good)
    case .failed(let failure): return LiveLine("\(glyphs.failed) \(failure.exitCode)", .bad)
    case nil:
      let usual = model.usualSeconds(of: phase).map { $0 < 1 ? "" : "/" + ShortTime.text($0) } ?? ""
      return LiveLine(glyphs.busy + seconds + usual, .busy)
    }
  }
}

// Which rows there are.
extension LiveTable {
  private typealias Row = (label: String, node: LiveNode?)

  /// A row a node, or, of more than there is room for, a row for those that stand alike; who failed, and who is at work, last.
  private static func rows(_ model: LiveModel, _ room: Int) -> [Row] {
    let nodes = model.nodes
    guard nodes.count > room else { return nodes.map { ($0.name, $0) } }
    let apart = nodes.filter(\.hasFailed) + nodes.filter { $0.isAtWork && !$0.hasFailed }
    let names = Set(apart.map(\.name))
    let others = nodes.filter { !names.contains($0.name) }
    var folded: [Row] = folds(of: others, model).map { fold in (fold.label, model.node(fold.nodes[0].name)) }
    var shown = apart
    if folded.count + shown.count > room {
      let most = max(1, room - min(folded.count, max(1, room / 3)) - 1)
      shown = Array(shown.prefix(most))
    }
    let left = apart.count - shown.count
    let rest: [Row] = left > 0 ? [("… \(left) more at work or failed", nil)] : []
    let kept = max(0, room - shown.count - rest.count)
    if folded.count > kept {
      let more = folded.count - kept + 1
      folded = Array(folded.prefix(max(0, kept - 1))) + [("… \(more) more rows", nil)]
    }
    return Array((folded + rest + shown.map { ($0.name, $0) }).suffix(room))
  }

  private static func folds(of nodes: [LiveNode], _ model: LiveModel) -> [NodeFold] {
    let phases = (model.plan?.phases ?? [.preflight]) + [.rollback]
    let all = model.plan?.nodes ?? model.nodes.map { Node(name: $0.name, host: $0.name, groups: []) }
    let names = Set(nodes.map(\.name))
    return NodeFold.folds(of: all.filter { names.contains($0.name) }, among: all) { node in
      Standing(
        traffic: model.node(node.name)?.traffic,
        passed: phases.map { model.node(node.name)?.state(of: $0)?.result?.hasPassed })
    }
  }

  private struct Standing: Hashable {
    let traffic: LiveNode.Traffic?
    let passed: [Bool?]
  }
}
