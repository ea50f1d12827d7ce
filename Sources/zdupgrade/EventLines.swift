import Foundation
import Upgrade

/// Prints each event as a line of JSON on standard output, as the journal has it, numbered from 1 in this process.
///
/// As with the progress, who reads slowly or no more neither holds up nor ends the run: a gap in the numbers tells where
/// lines are left out, for which 64 MiB must be waiting.
actor EventLines: EventReader {
  private let output: ProgressOutput
  private var number = 0

  /// Lines for `output`.
  init(to output: ProgressOutput = .events) { self.output = output }

  func read(_ event: Event) {
    number += 1
    guard let line = try? JournalEntry(number: number, time: Date(), event: event).line else { return }
    output.write([String(decoding: line.dropLast(), as: UTF8.self)])
  }
}
