import FoundationEssentials
import Upgrade

/// The phases of each node over time, with its drain and its time out of the load balancer. It is made of boxes alone, so
/// it is printed, enlarged and read out as text is.
struct TimelineChart {
  private let story: RunStory
  private let axis: TimeAxis
  private let now: Date

  init(_ story: RunStory, _ axis: TimeAxis, now: Date) {
    self.story = story
    self.axis = axis
    self.now = now
  }

  var html: HTML {
    let nodes = story.nodes.filter { !$0.phases.isEmpty }
    guard !nodes.isEmpty else { return .empty }
    return """
      <div class="chart\(nodes.count > FleetSize.readable ? " dense" : "")">
      \(Self.scale(axis))
      \(nodes.html(row))
      </div>
      \(legend(nodes))
      """
  }

  /// The line of times, which the probes' chart has as well.
  static func scale(_ axis: TimeAxis) -> HTML {
    """
    <div class="row scale"><div class="name">UTC</div><div class="track">\
    \(axis.ticks.html(tick))\(cuts(axis))</div></div>
    """
  }

  /// A time stands in the middle over its line, but at the edges, where half of it would be cut off.
  private static func tick(_ tick: TimeAxis.Tick) -> HTML {
    let edge: HTML = tick.place < 4 ? " first" : tick.place > 96 ? " last" : ""
    return "<span class=\"tick\(edge)\" style=\"left:\(percent(tick.place))\">\(tick.text)</span>"
  }

  static func cuts(_ axis: TimeAxis) -> HTML {
    axis.cuts.html {
      "<span class=\"cut\" style=\"left:\(percent($0))\" title=\"time without a run is left out\"></span>"
    }
  }

  private func row(_ node: NodeStory) -> HTML {
    """
    <div class="row"><div class="name" title="\(node.name)">\(node.name)</div><div class="track">\
    \(axis.ticks.html { "<span class=\"line\" style=\"left:\(Self.percent($0.place))\"></span>" })\
    \(Self.cuts(axis))\
    \(node.outages.html { box("out", $0, "out of the load balancer", .empty) })\
    \(node.phases.html(phase))\
    \(node.drains.html { box("drain", $0, "drain", .empty) })\
    </div></div>

    """
  }

  private func phase(_ phase: NodeStory.PhaseSpan) -> HTML {
    let hasFailed = phase.result?.hasPassed == false
    let end =
      switch phase.result {
      case .passed: "passed"
      case .failed(let failure): "FAILED (\(failure.exitCode))"
      case nil: "not ended"
      }
    return box(
      "phase \(Self.color(of: phase.phase, in: story.outcome.plan))\(hasFailed ? " failed" : "")", phase.span,
      "\(phase.phase.title) \(end)", "\(hasFailed ? "✗ " : "")\(phase.phase.title)")
  }

  private func box(_ kind: String, _ span: TimeSpan, _ title: String, _ label: HTML) -> HTML {
    let from = axis.place(span.began)
    let width = max(0.15, axis.place(span.ended ?? now) - from)
    let words =
      "\(title): \(TimeText.clock(span.began)) to \(span.ended.map(TimeText.clock) ?? "…"), "
      + TimeText.length(span.seconds(until: now))
    return """
      <span class="box \(kind)" style="left:\(Self.percent(from));width:\(Self.percent(width))" title="\(words)">\(label)</span>
      """
  }

  private func legend(_ nodes: [NodeStory]) -> HTML {
    let plan = story.outcome.plan
    let phases = ([.preflight] + (plan?.phases ?? []) + [.rollback]).filter { phase in
      nodes.contains { $0.phases.contains { $0.phase == phase } }
    }
    let out: HTML =
      nodes.allSatisfy(\.outages.isEmpty)
      ? .empty
      : "<li><span class=\"key out\"></span>out of the load balancer</li><li><span class=\"key drain\"></span>drain</li>"
    return """
      <ul class="legend">\(phases.html { phase in
        "<li><span class=\"key \(Self.color(of: phase, in: plan))\"></span>\(phase.title)</li>" })\(out)</ul>
      """
  }

  /// The class of a phase's colour, by its place in the plan.
  private static func color(of phase: Phase, in plan: Plan?) -> String {
    if phase == .rollback { return "rollback" }
    guard let place = plan?.phases.firstIndex(of: phase) else { return "preflight" }
    return "p\(place % 8)"
  }

  /// A number as CSS has percentages.
  static func percent(_ number: Double) -> String { "\((number * 1000).rounded() / 1000)%" }
}
