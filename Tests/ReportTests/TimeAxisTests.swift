import FoundationEssentials
import Testing

@testable import Report

@Suite("The report's time axis")
struct TimeAxisTests {
  private let start = Date(timeIntervalSince1970: 1_800_000_000)

  private func span(_ from: Double, _ to: Double) -> TimeSpan {
    TimeSpan(start.addingTimeInterval(from), start.addingTimeInterval(to))
  }

  @Test("gives moments their places, and none outside")
  func places() {
    let axis = TimeAxis([span(0, 200)])
    #expect([-5, 0, 50, 200, 900].map { axis.place(start.addingTimeInterval($0)) } == [0, 0, 25, 100, 100])
    #expect(axis.ticks.count >= 4 && axis.ticks.count <= 11 && axis.cuts.isEmpty)
  }

  @Test("times at the edges of the scale stand beside their lines, so that none is cut off")
  func edges() {
    let scale = TimelineChart.scale(TimeAxis([span(0, 90)])).markup
    #expect(scale.contains(#"<span class="tick first" style="left:0.0%">"#), "\(scale)")
    #expect(scale.contains(#"<span class="tick last" style="left:100.0%">"#))
    #expect(scale.contains(#"<span class="tick" style="left:11.111%">"#))
  }

  @Test("a night between two processes takes no more room than a cut")
  func cut() throws {
    let axis = TimeAxis([span(0, 100), span(36_000, 36_300)])
    #expect(axis.cuts.count == 1)
    #expect(abs(axis.place(start.addingTimeInterval(100)) - 24.5) < 0.01)
    #expect(abs(axis.place(start.addingTimeInterval(36_000)) - 26.5) < 0.01)
    // What lies in it stands at its end.
    #expect(abs(axis.place(start.addingTimeInterval(9000)) - 26.5) < 0.01)
  }

  @Test("processes that follow at once are one part, and a run without any length has its place")
  func joined() {
    #expect(TimeAxis([span(0, 100), span(160, 300)]).segments.count == 1)
    #expect(TimeAxis([span(5, 5)]).place(start.addingTimeInterval(5)) == 0)
    #expect(TimeAxis([]).place(start) == 100)
  }

  @Test(
    "lengths are read easily",
    arguments: [
      (0, "0.0 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 05 min"),
    ])
  func lengths(seconds: Double, text: String) { #expect(TimeText.length(seconds) == text) }
}
