import FoundationEssentials
import Upgrade

/// The speed of the traffic probe's answers, and when they failed, on the same time axis as the phases.
struct ProbeChart {
  private let story: RunStory
  private let axis: TimeAxis

  init(_ story: RunStory, _ axis: TimeAxis) {
    self.story = story
    self.axis = axis
  }

  var html: HTML {
    guard !story.probes.isEmpty else { return .empty }
    let lines = story.outcome.probeLines
    return """
      <ul>\(lines.html { "<li>\($0)</li>" })</ul>
      <div class="chart">\(TimelineChart.scale(axis))
      \(story.probes.html(row))</div>
      <ul class="legend"><li><span class="key median"></span>median of the answers' times</li>\
      <li><span class="key slow"></span>99 of 100 were as fast</li><li><span class="key gap"></span>failed</li></ul>
      \(gaps)
      """
  }

  private func row(_ probe: ProbeStory) -> HTML {
    let top = Self.top(of: probe)
    return """
      <div class="row probe"><div class="name" title="\(probe.url)">\(probe.url)<br><small>0 to \(top) ms</small></div>\
      <div class="track">\(axis.ticks.html { "<span class=\"line\" style=\"left:\(TimelineChart.percent($0.place))\"></span>" })\
      \(TimelineChart.cuts(axis))\
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="times of the answers">\
      \(curve("slow", probe, top, \.p99))\(curve("median", probe, top, \.p50))</svg>\
      \(probe.gaps.html(gap))</div></div>

      """
  }

  /// The upper end of the scale, in milliseconds: what stands out is to be seen, and all is to have its place.
  private static func top(of probe: ProbeStory) -> Int {
    let most = probe.samples.map(\.latency.p99).max() ?? 1
    return [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].first { Double($0) >= most } ?? 60_000
  }

  private func curve(
    _ kind: String, _ probe: ProbeStory, _ top: Int, _ value: (ProbeFigures.Latency) -> Double
  ) -> HTML {
    let points = probe.samples.map { sample in
      let height = 100 - 100 * min(1, value(sample.latency) / Double(top))
      return "\((axis.place(sample.time) * 1000).rounded() / 1000),\((height * 10).rounded() / 10)"
    }
    guard let first = points.first else { return .empty }
    // One point alone is a line of no length, which round ends make a dot.
    let all = (points.count == 1 ? [first, first] : points).joined(separator: " ")
    return "<polyline class=\"\(kind)\" points=\"\(all)\" vector-effect=\"non-scaling-stroke\"/>"
  }

  private func gap(_ gap: ProbeStory.Gap) -> HTML {
    let from = axis.place(gap.span.began)
    let width = max(0.2, axis.place(gap.span.ended ?? gap.span.began) - from)
    return """
      <span class="box gap" style="left:\(TimelineChart.percent(from));width:\(TimelineChart.percent(width))" \
      title="\(words(gap))"></span>
      """
  }

  private func words(_ gap: ProbeStory.Gap) -> String {
    let count = gap.failed.map { $0 == 1 ? "1 probe" : "\($0) probes" } ?? "still failing"
    let length = gap.span.ended.map { TimeText.length($0.timeIntervalSince(gap.span.began)) } ?? "not ended"
    return "\(TimeText.clock(gap.span.began)): \(gap.reason); \(count), \(length)"
  }

  private var gaps: HTML {
    let all = story.probes.flatMap { probe in probe.gaps.map { (probe.url, $0) } }
    guard !all.isEmpty else { return .empty }
    return """
      <details><summary>\(all.count) \(all.count == 1 ? "time" : "times") without a good answer</summary><ul>
      \(all.prefix(500).html { url, gap in "<li>\(url): \(words(gap))</li>\n" })</ul></details>
      """
  }
}
