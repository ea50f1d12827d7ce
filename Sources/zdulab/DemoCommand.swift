import ArgumentParser
import Lab

/// `zdulab demo`.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show an upgrade in a lab under traffic: lab up, zdupgrade, what was seen, lab down.",
    discussion: "Exits with zdupgrade's own code, or with 1 when a request failed.")

  @Option(
    name: .customLong("zdupgrade"), help: "The zdupgrade program; default: the one beside this program, or in PATH.",
    completion: .file())
  var zdupgrade: String?

  @Option(
    name: .customLong("fail"),
    help: ArgumentHelp(
      "The same as --fault; repeatable. With --containers also pause, kill or disconnect: a node in the middle of its apply.",
      valueName: "NODE:STEP[:KIND[:ARGUMENT]]"))
  var failures: [String] = []

  @Flag(name: .customLong("containers"), help: "Each node, and the load balancer, is a container.")
  var isInContainers = false

  @Flag(name: .customLong("dry_run"), help: "With --containers: end behind the dry run.")
  var isDryRun = false

  @Option(name: .customLong("engine"), help: "With --containers: podman or docker.")
  var engine = "podman"

  @Option(name: .customLong("image"), help: "With --containers: what scripts/container-image made.")
  var image: String?

  @Option(name: .customLong("rate"), help: "Requests a second to each group with more than one instance.")
  var rate = 100

  @Option(name: .customLong("answer_time"), help: "Seconds that a whole answer may take before it counts as failed.")
  var answerTime = 5

  @Flag(name: .customLong("keep"), help: "Keep the logs of zdupgrade.")
  var isKeeping = false

  @OptionGroup var shape: LabShape

  @Argument(parsing: .postTerminator, help: "More arguments for zdupgrade, behind --.", completion: .list([]))
  var arguments: [String] = []

  func validate() throws {
    guard (1...5000).contains(rate) else { throw ValidationError("--rate must be 1 to 5000.") }
    guard (1...600).contains(answerTime) else { throw ValidationError("--answer_time must be 1 to 600.") }
    if isInContainers, image == nil { throw ValidationError("--containers needs --image; scripts/demo gives it.") }
    if isDryRun, !isInContainers { throw ValidationError("--dry_run is for --containers.") }
    if !isInContainers, let fault = failures.first(where: { ContainerFault(rawValue: $0) != nil }) {
      throw ValidationError("--fail \(fault) is for --containers.")
    }
    if failures.count(where: { ContainerFault(rawValue: $0) != nil }) > 1 {
      throw ValidationError("One of \(ContainerFault.allCases.map(\.rawValue).joined(separator: ", ")) at a time.")
    }
  }

  func run() async throws {
    let code = try await orExit {
      var lab = try shape.options()
      lab.faults += failures.filter { ContainerFault(rawValue: $0) == nil }
      var options = DemoOptions(subject(lab), zdupgrade: try RunningProgram.zdupgrade(zdupgrade))
      options.arguments = arguments
      options.rate = rate
      options.answerTime = .seconds(answerTime)
      options.isKeepingLogs = isKeeping
      let demo = Demo(options) { printAtOnce($0) }
      return try await Orphans.minding { try await Interruptible.run { try await demo.run() } }
    }
    throw ExitCode(code)
  }

  private func subject(_ lab: LabOptions) -> DemoOptions.Subject {
    guard isInContainers else { return .axway(lab) }
    var options = ContainerOptions(lab, engine: engine, image: image ?? "")
    options.fault = failures.compactMap(ContainerFault.init).first
    options.isDryRun = isDryRun
    return .containers(options)
  }
}
