import ArgumentParser
import Upgrade

/// How the nodes follow one another.
struct WaveArguments: ParsableArguments {
  @Option(
    name: .customLong("max_unavailable"),
    help: ArgumentHelp(
      "How many of all nodes may be out of service at the same time; a group's floor holds all the same.",
      valueName: "NUMBER|PERCENT%"))
  var maxUnavailable = Amount.count(1)

  @Option(
    name: .customLong("canary"),
    help: "The node that goes alone, right after the first Admin Node Manager. (default: that one)")
  var canary: String?

  @Option(name: .customLong("bake"), help: "Seconds for which the canary is watched under traffic before the others.")
  var bake = 0

  @Option(
    name: .customLong("pause_after"), parsing: .singleValue,
    help: "A node after which the run waits for you; may be repeated.")
  var pauseAfter: [String] = []

  @Option(
    name: .customLong("accept_downtime"), parsing: .singleValue,
    help: ArgumentHelp("A group that may be interrupted; may be repeated.", valueName: "GROUP"))
  var acceptedDowntime: [String] = []

  /// The options as the planner takes them.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the option.
  func options() throws(Failure) -> WaveOptions {
    guard (0...604_800).contains(bake) else { throw Failure(.refused, "--bake: is \(bake), must be 0 to 604800") }
    guard maxUnavailable.roundedDown(of: 100) > 0 else {
      throw Failure(.refused, "--max_unavailable: is \(maxUnavailable), must be 1 or 1% at least")
    }
    var options = WaveOptions()
    options.maxUnavailable = maxUnavailable
    options.canary = canary
    options.bake = bake
    options.pauseAfter = pauseAfter
    options.acceptedDowntime = acceptedDowntime
    return options
  }

  /// The groups that the operator accepts the interruption of on the terminal, where there is one.
  ///
  /// - Throws: `Failure` of kind `.cancelled` when the operator says no, or nothing.
  static func accepted(of groups: [String]) throws(Failure) -> [String] {
    guard !groups.isEmpty, Prompt.isPossible else { return [] }
    for group in groups {
      let answer = try Prompt.ask(
        "'\(PlainText.oneLine(group))' has one node only and is interrupted while that is upgraded. Accept? [yes/no] ",
        isShown: true)
      guard answer.lowercased() == "yes" else {
        throw Failure(.cancelled, "nothing was changed: the interruption of '\(group)' is not accepted")
      }
    }
    return groups
  }
}

extension Amount: ExpressibleByArgument {
  /// `2` or `25%`.
  public init?(argument: String) { self.init(argument) }
}
