/// A time as the operator writes it: `HH:MM`, which comes every day, or `YYYY-MM-DDTHH:MM`.
public struct WindowTime: Sendable, Hashable {
  /// The day, counted from 1970-01-01; nil for every day.
  let day: Int?
  /// Seconds since midnight, by the clock on the wall.
  let second: Int

  /// The time that `text` says; nil when it says none.
  public init?(_ text: String) {
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    guard parts.count <= 2, let clock = parts.last, let minutes = Self.numbers(clock, ":", [2, 2]),
      minutes[0] < 24, minutes[1] < 60
    else { return nil }
    second = minutes[0] * 3600 + minutes[1] * 60
    guard parts.count == 2 else {
      day = nil
      return
    }
    guard let date = Self.numbers(parts[0], "-", [4, 2, 2]) else { return nil }
    let civil = CivilDay(year: date[0], month: date[1], day: date[2])
    // A day that does not exist comes out as another one.
    guard CivilDay(number: civil.number) == civil else { return nil }
    day = civil.number
  }

  private static func numbers(_ text: Substring, _ separator: Character, _ widths: [Int]) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == widths, parts.allSatisfy({ $0.utf8.allSatisfy("0123456789".utf8.contains) }) else {
      return nil
    }
    return parts.compactMap { Int($0) }
  }
}

/// A day of the Gregorian calendar. Source of the arithmetic: H. Hinnant, "chrono-compatible low-level date algorithms".
struct CivilDay: Hashable {
  let year: Int
  let month: Int
  let day: Int

  init(year: Int, month: Int, day: Int) { (self.year, self.month, self.day) = (year, month, day) }

  /// The day with this number, counted from 1970-01-01.
  init(number: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// The days since 1970-01-01.
  var number: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
