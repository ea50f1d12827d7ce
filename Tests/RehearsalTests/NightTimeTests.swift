import Foundation
import Testing

@testable import Rehearsal

@Suite("The night's time") struct NightTimeTests {
  private func at(_ seconds: Double) -> Date { Date(timeIntervalSince1970: seconds) }
  private func night(_ time: NightTime, _ seconds: Double) -> Double { time.time(at(seconds)).timeIntervalSince1970 }

  @Test("only steps that take their time are longer in the night; what zdupgrade takes itself is not")
  func stretches() {
    let time = NightTime([.init(at(10), at(12), seconds: 40), .init(at(20), at(21), seconds: 30)])
    #expect(night(time, 5) == 5)
    #expect(night(time, 10) == 10)
    #expect(night(time, 11) == 30)
    #expect(night(time, 12) == 50)
    #expect(night(time, 20) == 58)
    #expect(night(time, 21) == 88)
    #expect(night(time, 30) == 97)
  }

  @Test("steps of several nodes that take their time at once take it at once in the night too")
  func overlaps() {
    let time = NightTime([
      .init(at(0), at(4), seconds: 40), .init(at(0), at(6), seconds: 60), .init(at(3), at(5), seconds: 20),
    ])
    #expect(night(time, 6) == 60)
    #expect(night(time, 7) == 61)
  }

  @Test("a stretch of no length, or one that was slower than the night, shortens nothing")
  func odd() {
    let time = NightTime([.init(at(1), at(1), seconds: 5), .init(at(2), at(4), seconds: 1)])
    #expect(night(time, 10) == 10)
    #expect(night(NightTime([]), 3) == 3)
  }
}
