import ArgumentParser
import Foundation
import Upgrade
import WebMethods

/// Prints what `bluegreen run` would do.
struct BlueGreenPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print every step with the lines that do it by hand, and change nothing.",
    discussion: "The gateways are looked at, read-only; with --offline no connection is made at all.")

  @OptionGroup var roll: BlueGreenArguments

  @Flag(name: .customLong("offline"), help: "Do not look at the gateways.")
  var isOffline = false

  mutating func run() async throws {
    try await Self.show(roll, isOffline: isOffline)
  }

  /// Prints the plan on standard output and the problems on standard error.
  static func show(_ roll: BlueGreenArguments, isOffline: Bool) async throws {
    let meaning = try roll.meaning()
    let problems = isOffline ? [] : try await problems(before: roll.order([]))
    let plan = meaning.planner.plan.adding(notices: meaning.probes.notices)
    Console.result(PlanText(plan, balancer: meaning.fleet.balancerDriver).lines)
    try PlanCommand.tell(problems, isFatal: true)
  }

  private static func problems(before order: BlueGreenOrder) async throws -> [Problem] {
    let warnings = Warnings()
    let assembly = try Assembly(order.fleet, logins: order.logins, probes: order.probes, readers: [warnings])
    let problems = await assembly.problems(before: order)
    await assembly.close()
    await warnings.tell()
    return problems
  }
}

/// Collects what is worth knowing and in nobody's way.
private actor Warnings: EventReader {
  private var lines: [String] = []

  func read(_ event: Event) {
    if case .warning(let node, let text) = event { lines.append("note: \(node): \(text)") }
  }

  func tell() { Console.progress(lines.map(PlainText.oneLine)) }
}
