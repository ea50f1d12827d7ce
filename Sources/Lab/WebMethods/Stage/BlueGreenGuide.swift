import Upgrade

/// What an operator needs to know of a blue-green stage.
public struct BlueGreenGuide: Sendable {
  private let lab: BlueGreenLab

  /// The guide to `lab`.
  public init(lab: BlueGreenLab) { self.lab = lab }

  /// The gateways, and whether they run.
  public var table: String {
    get throws {
      PlainTable(
        header: ["GATEWAY", "VERSION", "SERVING", "ADMINISTRATION", "FREE PORT FOR QUIESCING"],
        rows: try lab.description.nodes.map {
          [
            $0.name, $0.version.rawValue, try lab.isServing($0.name) ? "yes" : "no", "\($0.url)/rest/apigateway",
            "\($0.quiescePort)",
          ]
        }
      ).text
    }
  }

  /// The arguments of `zdupgrade` for this stage, without the program.
  ///
  /// - Parameter logs: the folder for its logs.
  public static func arguments(for lab: BlueGreenLab, logs: String) -> [String] {
    ["bluegreen", "run", "--config", lab.upgradeFile, "--log_dir", logs]
  }

  /// The text for a stage that has just started.
  public var text: String {
    let directory = ShellQuoting.quote(lab.directory)
    let quoted = Self.arguments(for: lab, logs: "\(lab.directory)/zdupgrade-logs").map(ShellQuoting.quote)
    return """
      stage: \(lab.directory)
      \((try? table) ?? "")
      administrator: \(lab.description.username), password in \(lab.passwordFile)
      old datastore: \(lab.sourceURL), user \(lab.description.datastoreUsername), password in \
      \(lab.datastorePasswordFile), tenant \(lab.description.tenant)
      load balancer: \(lab.api(at: lab.balancerURL)) (old gateways only)
      upgrade it (profile \(lab.description.profile.rawValue)):
        zdupgrade \(quoted.joined(separator: " "))
      look at it: zdulab bluegreen status \(directory)
      end it: zdulab bluegreen down \(directory)
      """
  }
}
