import Glibc
import Synchronization

/// The door of the simulated programs: the scripts in an installation call `zdulab gateway <tool> --home <folder> ...`.
public enum GatewayTool {
  /// Their names.
  public static let names: Set<String> = [
    "sysupgrade", "startinstance", "nodemanager", "serve", ManageDomain.tool, CassandraStandIn.tool,
  ]

  /// Runs one of them.
  ///
  /// - Parameter arguments: what follows `gateway`.
  /// - Returns: the exit code.
  public static func run(_ arguments: [String]) async -> Int32 {
    guard arguments.count >= 3, arguments[1] == "--home" else {
      ToolOutput().say("usage: zdulab gateway sysupgrade/startinstance/nodemanager/serve --home FOLDER ...")
      return ToolFailure.usage
    }
    let rest = Array(arguments.dropFirst(3))
    do {
      if arguments[0] == CassandraStandIn.tool { return try listen(for: arguments[2]) }
      let installation = try Installation(home: arguments[2])
      switch arguments[0] {
      case "sysupgrade": return await SysUpgrade(installation: installation).run(rest)
      case "startinstance": return await ServiceTool(installation: installation).startInstance(rest)
      case "nodemanager": return await ServiceTool(installation: installation).nodeManager(rest)
      case ManageDomain.tool: return ManageDomain(installation: installation).run(rest)
      case "serve": return await serve(installation, rest)
      default:
        ToolOutput().say("zdulab gateway: no tool '\(arguments[0])'")
        return ToolFailure.usage
      }
    } catch {
      ToolOutput().say("ERROR: \(error)")
      return 1
    }
  }

  private static func serve(_ installation: Installation, _ arguments: [String]) async -> Int32 {
    DetachedProcess.becomeIndependent()
    guard arguments.count == 2, arguments[0] == "--service",
      let service = installation.services.first(where: { $0.key == arguments[1] })
    else { return ToolFailure.usage }
    let isReported = Mutex(false)
    return await GatewayServer(installation: installation, service: service).run { text in
      // Once closed, the number may be another file's.
      guard !isReported.withLock({ exchange(&$0, with: true) }) else { return }
      report(text)
    }
  }

  private static func listen(for directory: String) throws -> Int32 {
    DetachedProcess.becomeIndependent()
    return CassandraStandIn(lab: try LabDescription.read(directory)).run(report)
  }

  private static func report(_ text: String) {
    _ = TextFile.write(Array(text.utf8) + [0], to: DetachedProcess.reportDescriptor)
    close(DetachedProcess.reportDescriptor)
  }

  private static func exchange(_ value: inout Bool, with new: Bool) -> Bool {
    defer { value = new }
    return value
  }
}
