import FoundationEssentials
import Upgrade

/// The summary's table: phases by nodes; of a large fleet the nodes that stand alike are one row, and who failed comes last.
struct ResultTable {
  private let story: RunStory

  init(_ story: RunStory) { self.story = story }

  var html: HTML {
    guard let plan = story.outcome.plan else {
      return "<p>The run has come to no plan, and has changed nothing.</p>"
    }
    let phases = plan.phases + [.rollback]
    return NodeGrid(phases.map(\.title), rows(plan, phases).map { ($0.label, $0.results.map(Self.cell)) }).html()
  }

  private func rows(_ plan: Plan, _ phases: [Phase]) -> [(label: String, results: [PhaseResult?])] {
    let results = story.outcome.results
    func row(_ node: Node) -> [PhaseResult?] { phases.map { results.result(node.name, $0) } }
    guard plan.nodes.count > FleetSize.readable else { return plan.nodes.map { ($0.name, row($0)) } }
    let failed = plan.nodes.filter { row($0).contains { $0?.hasPassed == false } }
    let names = Set(failed.map(\.name))
    let folds = NodeFold.folds(of: plan.nodes.filter { !names.contains($0.name) }, among: plan.nodes, by: row)
    return folds.map { ($0.label, row($0.nodes[0])) } + failed.map { ($0.name, row($0)) }
  }

  private static func cell(_ result: PhaseResult?) -> HTML {
    switch result {
    case nil: "<td class=\"none\">*</td>"
    case .passed: "<td class=\"passed\">✓ PASSED (0)</td>"
    case .failed(let failure): "<td class=\"failed\">✗ FAILED (\(failure.exitCode))</td>"
    }
  }
}

/// How long each node took, drained, and was out of the load balancer.
struct TimesTable {
  private let story: RunStory
  private let now: Date

  init(_ story: RunStory, now: Date) {
    self.story = story
    self.now = now
  }

  var html: HTML {
    let nodes = story.nodes.filter { !$0.phases.isEmpty }
    guard let plan = story.outcome.plan, !nodes.isEmpty else { return .empty }
    let phases = (plan.phases + [.rollback]).filter { phase in
      nodes.contains { $0.phases.contains { $0.phase == phase } }
    }
    let table = NodeGrid(
      phases.map(\.title) + ["Drained", "Out of the balancer"],
      nodes.map { node in
        let spans = phases.map { phase in node.phases.filter { $0.phase == phase }.map(\.span) }
        return (node.name, (spans + [node.drains, node.outages]).map(cell))
      }
    ).html(of: "numbers")
    guard nodes.count > FleetSize.readable else { return table }
    return "<details><summary>\(nodes.count) nodes</summary>\(table)</details>"
  }

  private func cell(_ spans: [TimeSpan]) -> HTML {
    guard !spans.isEmpty else { return "<td class=\"none\">–</td>" }
    let isOpen = spans.contains { $0.ended == nil }
    return "<td>\(TimeText.length(spans.reduce(0) { $0 + $1.seconds(until: now) }))\(isOpen ? "…" : "")</td>"
  }
}

/// What the run's log has, folded.
struct EventList {
  private let story: RunStory

  init(_ story: RunStory) { self.story = story }

  var html: HTML {
    guard !story.moments.isEmpty else { return .empty }
    let omitted: HTML =
      story.omittedMoments == 0
      ? .empty : "<p>\(story.omittedMoments) of them, in the middle, are only in the run's log.</p>"
    return """
      <details><summary>\(story.moments.count) lines</summary>\(omitted)<ol class="log">
      \(story.moments.html { moment in
        """
        <li\(HTML(stringLiteral: moment.isFailure ? " class=\"failed\"" : ""))><time>\(TimeText.clock(moment.time))</time> \(moment.text)\
        \(HTML.evidence(moment.details))</li>

        """ })
      </ol></details>
      """
  }
}

/// Each node's commands, folded.
struct CommandList {
  private let story: RunStory
  private let now: Date

  init(_ story: RunStory, now: Date) {
    self.story = story
    self.now = now
  }

  var html: HTML {
    story.nodes.filter { !$0.commands.isEmpty }.html { node in
      let omitted: HTML =
        node.omittedCommands == 0
        ? .empty : "<p>\(node.omittedCommands) commands before these are only in the node's log.</p>"
      return """
        <details><summary>\(node.name): \(node.commands.count) commands</summary>\(omitted)
        \(node.commands.html(command))</details>

        """
    }
  }

  private func command(_ record: NodeStory.CommandRecord) -> HTML {
    let omitted: HTML =
      record.omitted == 0 ? .empty : "<p>\(record.omitted) lines before these are only in the node's log.</p>"
    return """
      <div class="command"><p class="when"><time>\(TimeText.clock(record.span.began))</time> \
      \(TimeText.length(record.span.seconds(until: now))), \(end(of: record))</p>\
      <pre class="typed">\(record.lines.joined(separator: "\n"))</pre>\(omitted)\
      \(HTML.evidence(record.output))</div>

      """
  }

  private func end(of record: NodeStory.CommandRecord) -> HTML {
    switch record.exit {
    case .code(let code): "<span class=\"\(code == 0 ? "passed" : "failed")\">exit code \(code)</span>"
    case .signal(let name): "<span class=\"failed\">ended by signal \(name)</span>"
    case nil:
      record.reason.map { "<span class=\"failed\">\($0)</span>" }
        ?? (record.span.ended == nil ? "<span>not seen to end</span>" : "<span>cut short</span>")
    }
  }
}
