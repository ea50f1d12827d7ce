import Foundation
import Testing
import Upgrade

@Suite("A change window")
struct ChangeWindowTests {
  /// What the operator writes, when, and the window that is meant, `-` for an open end.
  struct Case: Sendable, CustomTestStringConvertible {
    let now: String
    let notBefore: String?
    let notAfter: String?
    let meant: String
    var zone = "UTC"

    init(_ now: String, _ notBefore: String?, _ notAfter: String?, _ meant: String, _ zone: String = "UTC") {
      (self.now, self.notBefore, self.notAfter, self.meant, self.zone) = (now, notBefore, notAfter, meant, zone)
    }

    var testDescription: String { "\(notBefore ?? "-") to \(notAfter ?? "-") at \(now) \(zone)" }
  }

  /// The instant of a text like `2026-11-21 22:00:05`, which is UTC.
  private static func utc(_ text: String) throws -> Date {
    try #require(
      UTCText.date(text.replacingOccurrences(of: " ", with: "T") + (text.count == 16 ? ":00.000Z" : ".000Z")))
  }

  private static func window(_ item: Case) throws -> ChangeWindow {
    try ChangeWindow(
      notBefore: try item.notBefore.map { try #require(WindowTime($0)) },
      notAfter: try item.notAfter.map { try #require(WindowTime($0)) },
      zone: try #require(TimeZone(identifier: item.zone)), now: try utc(item.now))
  }

  private static func text(_ date: Date?) -> String {
    date.map { UTCText.text($0).prefix(16).replacingOccurrences(of: "T", with: " ") } ?? "-"
  }

  @Test(
    "is the one that an operator means, over midnight too",
    arguments: [
      Case("2026-11-21 22:00", "23:00", "04:00", "2026-11-21 23:00 .. 2026-11-22 04:00"),
      Case("2026-11-21 23:00", "23:00", "04:00", "2026-11-21 23:00 .. 2026-11-22 04:00"),
      Case("2026-11-21 23:30", "23:00", "04:00", "2026-11-21 23:00 .. 2026-11-22 04:00"),
      Case("2026-11-22 01:00", "23:00", "04:00", "2026-11-21 23:00 .. 2026-11-22 04:00"),
      Case("2026-11-22 03:59:59", "23:00", "04:00", "2026-11-21 23:00 .. 2026-11-22 04:00"),
      Case("2026-11-22 04:00", "23:00", "04:00", "2026-11-22 23:00 .. 2026-11-23 04:00"),
      Case("2026-11-22 05:00", "23:00", "04:00", "2026-11-22 23:00 .. 2026-11-23 04:00"),
      Case("2026-11-21 08:00", "09:00", "17:00", "2026-11-21 09:00 .. 2026-11-21 17:00"),
      Case("2026-11-21 12:00", "09:00", "17:00", "2026-11-21 09:00 .. 2026-11-21 17:00"),
      Case("2026-11-21 18:00", "09:00", "17:00", "2026-11-22 09:00 .. 2026-11-22 17:00"),
      Case("2026-11-21 08:00", "02:00", nil, "2026-11-22 02:00 .. -"),
      Case("2026-11-21 01:00", "02:00", nil, "2026-11-21 02:00 .. -"),
      Case("2026-11-21 02:00:59", "02:00", nil, "2026-11-21 02:00 .. -"),
      Case("2026-11-21 02:01", "02:00", nil, "2026-11-22 02:00 .. -"),
      Case("2026-11-21 03:00", nil, "04:00", "- .. 2026-11-21 04:00"),
      Case("2026-11-21 05:00", nil, "04:00", "- .. 2026-11-22 04:00"),
      Case("2026-12-31 23:30", nil, "04:00", "- .. 2027-01-01 04:00"),
      Case("2026-11-21 10:00", "2026-11-25T22:00", nil, "2026-11-25 22:00 .. -"),
      Case("2026-11-26 10:00", "2026-11-25T22:00", nil, "2026-11-25 22:00 .. -"),
      Case("2026-11-21 10:00", "2026-11-25T22:00", "04:00", "2026-11-25 22:00 .. 2026-11-26 04:00"),
      Case("2026-11-26 01:00", "2026-11-25T22:00", "04:00", "2026-11-25 22:00 .. 2026-11-26 04:00"),
      Case("2026-11-21 22:00", "23:00", "2026-11-22T04:00", "2026-11-21 23:00 .. 2026-11-22 04:00"),
      Case("2026-11-22 01:00", "23:00", "2026-11-22T04:00", "2026-11-21 23:00 .. 2026-11-22 04:00"),
      Case("2026-11-19 10:00", "23:00", "2026-11-22T04:00", "2026-11-19 23:00 .. 2026-11-22 04:00"),
      Case("2028-02-28 10:00", "2028-02-29T22:00", "2028-03-01T04:00", "2028-02-29 22:00 .. 2028-03-01 04:00"),
      // The same by the clock of another place.
      Case("2026-11-21 21:00", "23:00", "04:00", "2026-11-21 22:00 .. 2026-11-22 03:00", "Europe/Berlin"),
      Case("2026-11-21 21:00", "23:00", "04:00", "2026-11-21 17:30 .. 2026-11-21 22:30", "Asia/Kolkata"),
      Case("2026-11-22 02:00", "19:00", "23:00", "2026-11-22 00:00 .. 2026-11-22 04:00", "America/New_York"),
    ])
  func meaning(_ item: Case) throws {
    let window = try Self.window(item)
    #expect("\(Self.text(window.opens)) .. \(Self.text(window.closes))" == item.meant)
  }

  @Test(
    "is right in nights in which the clock is set; what is shown twice makes it smaller, what is left out is the change",
    arguments: [
      // Berlin, 2026-10-25: at 03:00 summer time (01:00 UTC) it is 02:00 again.
      Case("2026-10-24 20:00", "23:00", "04:00", "2026-10-24 21:00 .. 2026-10-25 03:00", "Europe/Berlin"),
      Case("2026-10-24 20:00", "02:30", "04:00", "2026-10-25 01:30 .. 2026-10-25 03:00", "Europe/Berlin"),
      Case("2026-10-24 20:00", "23:00", "02:30", "2026-10-24 21:00 .. 2026-10-25 00:30", "Europe/Berlin"),
      Case("2026-10-25 01:10", "02:15", "02:45", "2026-10-25 01:15 .. 2026-10-25 01:45", "Europe/Berlin"),
      Case("2026-10-24 20:00", nil, "2026-10-25T02:30", "- .. 2026-10-25 00:30", "Europe/Berlin"),
      // 2026-03-29: at 02:00 winter time (01:00 UTC) it is 03:00.
      Case("2026-03-28 20:00", "23:00", "04:00", "2026-03-28 22:00 .. 2026-03-29 02:00", "Europe/Berlin"),
      Case("2026-03-28 20:00", "02:30", "04:00", "2026-03-29 01:00 .. 2026-03-29 02:00", "Europe/Berlin"),
      Case("2026-03-28 20:00", "23:00", "02:30", "2026-03-28 22:00 .. 2026-03-29 01:00", "Europe/Berlin"),
      // Half an hour, in the south.
      Case("2026-04-04 12:00", "01:45", "05:00", "2026-04-04 15:15 .. 2026-04-04 18:30", "Australia/Lord_Howe"),
    ])
  func daylightSaving(_ item: Case) throws { try meaning(item) }

  @Test(
    "that is over, or that ends before it begins, is refused",
    arguments: [
      Case("2026-11-21 10:00", nil, "2026-11-21T09:59", "--not_after: 2026-11-21 09:59 GMT is in the past"),
      Case("2026-11-21 10:00", nil, "2026-11-21T10:00", "--not_after: 2026-11-21 10:00 GMT is in the past"),
      Case("2026-11-26 05:00", "2026-11-25T22:00", "04:00", "--not_after: 2026-11-26 04:00 GMT is in the past"),
      Case(
        "2026-11-21 10:00", "2026-11-25T22:00", "2026-11-25T22:00",
        "--not_after: 2026-11-25 22:00 GMT is not behind --not_before, 2026-11-25 22:00 GMT"),
      Case(
        "2026-11-21 10:00", "2026-11-25T22:00", "2026-11-24T22:00",
        "--not_after: 2026-11-24 22:00 GMT is not behind --not_before, 2026-11-25 22:00 GMT"),
    ])
  func refused(_ item: Case) throws {
    let failure = #expect(throws: Failure.self) { _ = try Self.window(item) }
    #expect(failure?.kind == .refused)
    #expect(failure?.message == item.meant)
  }

  @Test("with both ends at the same time of day is refused")
  func sameTimes() throws {
    let failure = #expect(throws: Failure.self) {
      _ = try Self.window(Case("2026-11-21 10:00", "23:00", "23:00", ""))
    }
    #expect(failure?.message.contains("is not behind --not_before") == true)
  }

  @Test(
    "has times of one form only",
    arguments: [
      "", "7:00", "07:0", "24:00", "12:60", "12", "12:30:00", "+1:00", "１2:00", "2026-11-21", "2026-11-21 22:00",
      "2026-02-29T10:00", "2026-13-01T10:00", "2026-00-10T10:00", "26-11-21T10:00", "2026-11-21T", "T10:00",
      "2026-11-21T10:00Z",
    ])
  func form(_ text: String) { #expect(WindowTime(text) == nil) }

  @Test("says whether an act fits: not before it opens, and only while the longest so far has room")
  func verdict() throws {
    let window = try Self.window(Case("2026-11-21 22:00", "23:00", "04:00", ""))
    func verdict(_ now: String, _ estimate: Duration?) throws -> ChangeWindow.Verdict {
      window.verdict(at: try Self.utc(now), for: estimate)
    }
    #expect(try verdict("2026-11-21 22:59:59", nil) == .notYet)
    #expect(try verdict("2026-11-21 23:00", nil) == .fits)
    #expect(try verdict("2026-11-22 03:00", .seconds(3600)) == .fits)
    #expect(try verdict("2026-11-22 03:00", .seconds(3601)) == .tooLate(left: .seconds(3600)))
    #expect(try verdict("2026-11-22 03:59:59", nil) == .fits)
    #expect(try verdict("2026-11-22 04:00", nil) == .tooLate(left: .zero))
    #expect(try verdict("2026-11-22 05:00", .seconds(1)) == .tooLate(left: .seconds(-3600)))
    let open = ChangeWindow(opens: nil, closes: nil, zone: try #require(TimeZone(identifier: "UTC")))
    #expect(open.verdict(at: .now, for: .seconds(1_000_000)) == .fits)
  }
}
