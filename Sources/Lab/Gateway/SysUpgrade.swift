/// The simulated `sysupgrade`: picks the command, keeps its log and turns a failure into text and exit code.
struct SysUpgrade: Sendable {
  let installation: Installation

  /// Runs `sysupgrade <arguments>`.
  ///
  /// - Returns: the exit code.
  func run(_ arguments: [String]) async -> Int32 {
    let names = SysUpgradeCommand.allCases.map(\.rawValue).joined(separator: "/")
    guard let name = arguments.first, let command = SysUpgradeCommand(rawValue: name) else {
      let isHelp = ["-h", "--help"].contains(arguments.first)
      ToolOutput().say("usage: sysupgrade \(names) [options]")
      return isHelp ? 0 : ToolFailure.usage
    }
    let rest = Array(arguments.dropFirst())
    if rest.contains(where: { ["-h", "--help"].contains($0) }) {
      ToolOutput().say(ToolArguments.usage("sysupgrade \(name)", command.options))
      return 0
    }
    let output = ToolOutput(log: command.log.map { "\(installation.home)/upgrade/bin/out/logs/\($0)" })
    do {
      let parsed = try ToolArguments(rest, options: command.options, command: "sysupgrade \(name)")
      if command != .status { installation.acts.note(.begun, name) }
      try await step(command, parsed, output).run()
      if command != .status { installation.acts.note(.completed, name) }
      return 0
    } catch let failure as ToolFailure {
      if !failure.text.isEmpty { output.say(failure.text) }
      return failure.exitCode
    } catch {
      output.say("ERROR: \(error)")
      return ToolFailure.failedStep
    }
  }

  private func step(_ command: SysUpgradeCommand, _ arguments: ToolArguments, _ output: ToolOutput)
    -> any SysUpgradeStep
  {
    switch command {
    case .export: ExportStep(installation: installation, arguments: arguments, output: output)
    case .upgrade: UpgradeStep(installation: installation, arguments: arguments, output: output)
    case .apply: ApplyStep(installation: installation, arguments: arguments, output: output)
    case .status: StatusStep(installation: installation, arguments: arguments, output: output)
    case .clean: CleanStep(installation: installation, arguments: arguments, output: output)
    }
  }
}
