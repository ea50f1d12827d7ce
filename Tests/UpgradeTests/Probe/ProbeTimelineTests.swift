import Foundation
import Testing

@testable import Upgrade

@Suite("Gaps in the probes' timeline")
struct ProbeTimelineTests {
  /// What becomes of probes that are sent every 100 ms: `+` answered, `-` failed, `?` not measured, `.` still under way.
  private static func timeline(_ outcomes: String, order: [Int]? = nil) -> ProbeTimeline {
    var timeline = ProbeTimeline()
    let marks = Array(outcomes)
    for index in marks.indices {
      _ = timeline.send(
        at: .init(moment: .milliseconds(100 * index), date: Date(timeIntervalSince1970: Double(index) / 10)),
        next: .milliseconds(100 * (index + 1)))
    }
    for index in order ?? Array(marks.indices) {
      switch marks[index] {
      case "+": _ = timeline.settle(index, .answered(.milliseconds(1)))
      case "-": _ = timeline.settle(index, .failed(.refused))
      case "?": _ = timeline.settle(index, .unmeasured(.heldUp))
      default: break
      }
    }
    return timeline
  }

  private static let cases: [(outcomes: String, now: Int, gap: Int, blindness: Int)] = [
    ("", 0, 0, 0), ("+++++", 450, 0, 0),
    ("+-+++", 450, 100, 0),  // from the failed probe to the good one behind it
    ("+--+-+", 550, 200, 0), ("--+", 250, 200, 0),
    ("++---", 430, 230, 0),  // a gap that lasts counts up to now
    ("++---", 450, 250, 0), ("++---", 700, 300, 0),  // but no longer than to the next probe's place
    ("+-?+", 350, 200, 100),  // what was not measured ends no gap
    ("+-??", 350, 250, 150), ("+?+", 250, 0, 100), ("+???", 350, 0, 250), ("???-", 350, 50, 300),
    ("+..", 250, 0, 0),  // nothing is known yet
    ("+-...", 450, 100, 0),  // the probe behind it may have been good
    ("+--.-", 450, 200, 0), ("+-.--", 480, 180, 0), (".--", 290, 190, 0), (".-+-", 400, 100, 0),
    ("+-.+", 350, 100, 0), ("??.?", 350, 0, 200),
  ]

  @Test("the gap and the blindness that are certain", arguments: cases)
  func certain(outcomes: String, now: Int, gap: Int, blindness: Int) {
    let found = Self.timeline(outcomes).certain(at: .milliseconds(now))
    #expect(found.gap == .milliseconds(gap), "\(outcomes)")
    #expect(found.blindness == .milliseconds(blindness), "\(outcomes)")
  }

  @Test("late and mixed answers change nothing about it: the order of sending counts", arguments: cases)
  func anyOrder(outcomes: String, now: Int, gap: Int, blindness: Int) {
    for _ in 0..<20 {
      let order = Array(0..<outcomes.count).shuffled()
      let found = Self.timeline(outcomes, order: order).certain(at: .milliseconds(now))
      #expect(found.gap == .milliseconds(gap) && found.blindness == .milliseconds(blindness), "\(outcomes) \(order)")
    }
  }

  @Test("begin and end of trouble are told in the order of sending, with the count and the gap")
  func turns() {
    var timeline = ProbeTimeline()
    let dates = (0..<5).map { Date(timeIntervalSince1970: Double($0)) }
    for index in 0..<5 {
      _ = timeline.send(at: .init(moment: .seconds(index), date: dates[index]), next: .seconds(index + 1))
    }
    #expect(timeline.settle(0, .answered(.zero)) == [])
    #expect(timeline.settle(2, .failed(.status(500))) == [], "the probe before it is still under way")
    #expect(timeline.settle(3, .answered(.zero)) == [])
    #expect(
      timeline.settle(1, .failed(.noAnswerInTime))
        == [.failing(since: dates[1], .noAnswerInTime), .recovered(at: dates[3], failed: 2, gap: .seconds(2))])
    #expect(timeline.settle(4, .unmeasured(.noMemory)) == [.blind(since: dates[4], .noMemory)])
    let place = ProbeStreak.Place(moment: .seconds(5), date: Date(timeIntervalSince1970: 5))
    #expect(timeline.miss(100, at: place, next: .seconds(105), .heldUp) == [])
    #expect(timeline.certain(at: .seconds(105)).blindness == .seconds(101))
  }

  @Test("a long run keeps nothing but what is open, and one probe that hangs holds up no more than the telling")
  func memory() {
    var timeline = ProbeTimeline()
    for index in 0..<100_000 {
      let place = ProbeStreak.Place(moment: .milliseconds(index), date: Date(timeIntervalSince1970: 0))
      let number = timeline.send(at: place, next: .milliseconds(index + 1))
      #expect(number == index)
      if index != 99_000 { _ = timeline.settle(number, .answered(.zero)) }
    }
    #expect(timeline.openCount == 1000)
    #expect(timeline.settle(99_000, .failed(.refused)).count == 2)
    #expect(timeline.openCount == 0)
  }
}
