import FoundationEssentials
import Upgrade

/// The report on a run as one HTML page for the change ticket: nothing else is loaded, and nothing of it needs a script.
public struct ReportPage: Sendable {
  private let story: RunStory
  private let now: Date
  private let axis: TimeAxis

  /// The page of `story`, as it is at `now`.
  public init(_ story: RunStory, now: Date) {
    self.story = story
    self.now = now
    // What a living process does goes on to this moment.
    let isOpen = story.outcome.status == nil
    axis = TimeAxis(
      story.turns.enumerated().map { index, turn in
        isOpen && index == story.turns.count - 1 ? TimeSpan(turn.span.began, max(now, turn.span.began)) : turn.span
      })
  }

  /// The page's text.
  public var text: String { page(head: .empty, policy: "", foot: .empty).markup }

  /// The page as it is while somebody looks at it: its parts are replaced as they change, by what the server sends on the
  /// URL `events`; without scripts it loads itself again every ten seconds.
  ///
  /// - Parameter nonce: what names its own script, and no other, as one that may run.
  public func liveText(events: String, nonce: String) -> String {
    page(
      head:
        "<noscript><meta http-equiv=\"refresh\" content=\"10\"></noscript>\n<meta name=\"referrer\" content=\"no-referrer\">",
      policy: "; connect-src 'self'; script-src 'nonce-\(nonce)'",
      foot: "<script nonce=\"\(nonce)\" data-events=\"\(events)\">\(HTML(stringLiteral: LiveScript.text))</script>"
    ).markup
  }

  private func page(head: HTML, policy: String, foot: HTML) -> HTML {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:\(policy)">
    <link rel="icon" href="data:,">
    \(head)<title>\(title)</title>
    <style>\(HTML(stringLiteral: ReportStyle.text))</style>
    </head>
    <body>
    <main>
    \(parts.html { "<div id=\"part-\($0.id)\">\(HTML(stringLiteral: $0.markup))</div>\n" })\
    </main>
    \(foot)
    </body>
    </html>

    """
  }

  /// The page's title.
  public var title: String { "Upgrade \(run) – \(verdict)" }
  private var run: String { story.turns.first?.origin.run.text ?? "?" }

  private var verdict: String {
    story.outcome.status.map { "\($0.name) (\($0.code))" } ?? "not ended"
  }

  /// A part of the page, which a page that is live replaces when it has changed.
  public struct Part: Sendable, Hashable {
    /// Its name.
    public let id: String
    /// Its markup; empty where there is nothing to tell.
    public let markup: String
  }

  /// The parts, in their order: always the same ones.
  public var parts: [Part] {
    let parts: [(String, HTML)] = [
      ("head", head), ("result", section("result", "Result", ResultTable(story).html)),
      ("timeline", section("timeline", "Timeline", TimelineChart(story, axis, now: now).html)),
      ("probes", section("probes", "Requests through the load balancer", ProbeChart(story, axis).html)),
      ("lists", lists), ("times", section("times", "Times per node", TimesTable(story, now: now).html)),
      ("events", section("events", "What happened", EventList(story).html)),
      ("commands", section("commands", "Commands and what they printed", CommandList(story, now: now).html)),
    ]
    return parts.map { Part(id: $0.0, markup: $0.1.markup) }
  }

  private var head: HTML {
    """
    <header>
    <p class="tool">zdupgrade \(story.turns.last?.origin.version ?? "")</p>
    <h1>\(story.outcome.plan?.title.capitalized ?? "Upgrade")</h1>
    <p><span class="verdict \(isGood ? "good" : story.outcome.status == nil ? "open" : "bad")">\(verdict)</span></p>
    <dl>
    \(facts.html { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" })
    </dl>
    </header>
    """
  }

  private var isGood: Bool { story.outcome.status?.code == 0 }

  private var facts: [(name: String, value: String)] {
    let processes = story.turns.map { turn in
      "\(turn.continuation.map { "\($0.rawValue): " } ?? "")\(turn.origin.user)@\(turn.origin.host), process "
        + "\(turn.origin.processID), since \(UTCText.text(turn.span.began))"
    }
    let end = story.lastEntry.map(UTCText.text) ?? "?"
    let time = story.turns.reduce(0) { $0 + $1.span.seconds(until: now) }
    let waited = story.pauses.reduce(0) { $0 + $1.seconds(until: now) }
    return [
      ("Run", run), ("By", processes.joined(separator: "; ")),
      (story.outcome.status == nil ? "Last entry" : "Ended", end), ("Time in hand", TimeText.length(time)),
      ("Nodes", "\(story.nodes.count)"),
    ] + (waited > 0 ? [("Waited for the operator", TimeText.length(waited))] : [])
      + (story.basis.map {
        [("Command", "zdupgrade \($0.command) \($0.arguments.map(ShellQuoting.quote).joined(separator: " "))")]
      } ?? [])
  }

  private var lists: HTML {
    let outcome = story.outcome
    let isFolded = story.nodes.count > FleetSize.readable
    return list(
      "failed", "Failed", outcome.failures.map { ("\($0.title): \($0.failure.description)", $0.failure.evidence) })
      + hands
      + list("warnings", "Warnings", outcome.warnings(folded: isFolded).map { ($0, []) })
      + list("meanings", "What these messages mean", outcome.meanings(folded: isFolded).map { ($0, []) })
      + list("notes", "Worth knowing", outcome.notes.map { ($0, []) })
      + list("notUndone", "Not undone by the rollback", outcome.notUndone.map { ($0, []) })
      + list("checklist", "To do after the upgrade", outcome.checklist.map { ($0, []) })
  }

  private func list(_ id: String, _ title: String, _ items: [(text: String, details: [String])]) -> HTML {
    guard !items.isEmpty else { return .empty }
    return section(
      id, title,
      "<ul>\(items.html { item in "<li>\(item.text)\(HTML.evidence(item.details))</li>" })</ul>")
  }

  private var hands: HTML {
    guard !story.outcome.stranded.isEmpty else { return .empty }
    return section(
      "hands", "Nodes that need a hand",
      story.outcome.stranded.html { node in
        """
        <h3>\(node.node)</h3><p>It is \(node.state). Still to do, in this order:</p>
        <ol>\(node.remaining.html { act in
          "<li>\(act.title)\(HTML.evidence(act.lines))</li>" })</ol>
        """
      })
  }

  private func section(_ id: String, _ title: String, _ content: HTML) -> HTML {
    guard content != .empty else { return .empty }
    return "<section id=\"\(id)\"><h2>\(title)</h2>\n\(content)\n</section>\n"
  }
}
