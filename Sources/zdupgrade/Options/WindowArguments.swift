import ArgumentParser
import Foundation
import Upgrade

/// When nodes may be changed.
struct WindowArguments: ParsableArguments {
  @Option(
    name: .customLong("not_before"),
    help: ArgumentHelp(
      "When the run may begin; until then it waits, with the nodes looked at: HH:MM or YYYY-MM-DDTHH:MM.",
      valueName: "TIME"))
  var notBefore: String?

  @Option(
    name: .customLong("not_after"),
    help: ArgumentHelp(
      "When it must be over: a node that would take longer, as the longest so far has, is not begun.",
      valueName: "TIME"))
  var notAfter: String?

  @Option(
    name: .customLong("time_zone"),
    help: ArgumentHelp(
      "The time zone of both, like Europe/Berlin. (default: that of the control node)", valueName: "NAME"))
  var timeZone: String?

  /// Whether there is any.
  var isGiven: Bool { notBefore != nil || notAfter != nil || timeZone != nil }

  /// The window that is meant at `now`; nil where there is none.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the option.
  func window(at now: Date) throws(Failure) -> ChangeWindow? {
    let begin = try time(notBefore, "--not_before")
    let end = try time(notAfter, "--not_after")
    let zone = try zone()
    guard begin != nil || end != nil else {
      guard timeZone == nil else {
        throw Failure(.refused, "--time_zone: is given without --not_before and --not_after")
      }
      return nil
    }
    return try ChangeWindow(notBefore: begin, notAfter: end, zone: zone, now: now)
  }

  private func time(_ text: String?, _ option: String) throws(Failure) -> WindowTime? {
    guard let text else { return nil }
    guard let time = WindowTime(text) else {
      throw Failure(
        .refused, "\(option): '\(PlainText.oneLine(text))' is no time like 23:00 or 2026-11-21T23:00")
    }
    return time
  }

  private func zone() throws(Failure) -> TimeZone {
    guard let timeZone else { return .current }
    guard let zone = TimeZone(identifier: timeZone) else {
      throw Failure(
        .refused, "--time_zone: '\(PlainText.oneLine(timeZone))' is no time zone like Europe/Berlin or UTC")
    }
    return zone
  }
}

extension ChangeWindow {
  /// What `plan` says about it.
  func line(at now: Date) -> String {
    let isOpen = verdict(at: now, for: nil) == .fits
    return
      "# Change window: \(description); now, at \(text(now)), \(isOpen ? "it is open" : "'run' would wait for it")."
  }
}
