/// The simulated `startinstance` and `nodemanager`.
struct ServiceTool: Sendable {
  let installation: Installation

  private enum Action: String {
    case start = "-d"
    case stop = "-k"
    case status = "-s"
  }

  /// Runs `nodemanager <arguments>`; returns the exit code.
  func nodeManager(_ arguments: [String]) async -> Int32 {
    await run("nodemanager", arguments, options: []) { _ in .nodeManager }
  }

  /// Runs `startinstance <arguments>`; returns the exit code.
  func startInstance(_ arguments: [String]) async -> Int32 {
    let options = [ToolArguments.Option(name: "-n"), .init(name: "-g")]
    return await run("startinstance", arguments, options: options) { arguments throws(ToolFailure) in
      guard let name = arguments["-n"], let group = arguments["-g"] else {
        throw ToolFailure(text: "startinstance: error: -n NAME and -g GROUP are required", exitCode: ToolFailure.usage)
      }
      let service = installation.services.first { service in
        if case .instance(let instance) = service { instance.name == name && instance.group == group } else { false }
      }
      guard let service, installation.isInDomain else {
        throw ToolFailure("There is no API Gateway '\(name)' in group '\(group)'.", exitCode: ToolFailure.usage)
      }
      return service
    }
  }

  private func run(
    _ tool: String, _ arguments: [String], options: [ToolArguments.Option],
    find: (ToolArguments) throws(ToolFailure) -> GatewayService
  ) async -> Int32 {
    let output = ToolOutput()
    do {
      let actions = ["-d", "-k", "-s"].map { ToolArguments.Option(name: $0, takesValue: false) }
      let parsed = try ToolArguments(arguments, options: options + actions, command: tool)
      let chosen = actions.filter { parsed.has($0.name) }.compactMap { Action(rawValue: $0.name) }
      let control = ServiceControl(installation: installation, service: try find(parsed), output: output)
      guard chosen.count < 2 else {
        throw ToolFailure(text: "\(tool): error: -d, -k and -s exclude one another", exitCode: ToolFailure.usage)
      }
      return try await perform(chosen.first, control)
    } catch let failure as ToolFailure {
      if !failure.text.isEmpty { output.say(failure.text) }
      return failure.exitCode
    } catch {
      output.say("ERROR: \(error)")
      return 1
    }
  }

  private func perform(_ action: Action?, _ control: ServiceControl) async throws -> Int32 {
    switch action {
    case .start: try await control.start()
    case .stop: try await control.stop()
    case .status:
      control.output.say("\(control.service.title) is \(control.isRunning ? "running" : "not running").")
      return control.isRunning ? 0 : 1
    case nil:
      return await GatewayServer(installation: installation, service: control.service).run { _ in }
    }
    return 0
  }
}
