import ArgumentParser
import Glibc
import Lab

/// `zdulab load-test`.
struct LoadTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load-test",
    abstract: "Run whole upgrades under load, and print what became of every request.",
    discussion: """
      For each load balancer, number of nodes and case: a lab, a mixed load as 'zdulab traffic' sends it, zdupgrade, \
      and one line of the table. Exits with 0 when every zdupgrade ended as it must, and nothing was lost, duplicated \
      or wrong in groups with more than one instance.
      """)

  @Option(
    name: .customLong("zdupgrade"), help: "The zdupgrade program; default: the one beside this program, or in PATH.",
    completion: .file())
  var zdupgrade: String?

  @Option(name: .customLong("balancer"), help: "Only behind this load balancer; repeatable.")
  var balancers: [LabBalancer] = []

  @Option(name: .customLong("nodes"), help: "Only with so many nodes, 3 to 50; repeatable. From 12 on in 3 groups.")
  var nodes: [Int] = []

  @Option(name: .customLong("case"), help: "Only this case; repeatable.")
  var cases: [LoadTestOptions.Case] = []

  @OptionGroup var shape: LoadShape

  @Argument(parsing: .postTerminator, help: "More arguments for zdupgrade, behind --.", completion: .list([]))
  var arguments: [String] = []

  func validate() throws {
    guard nodes.allSatisfy({ (3...50).contains($0) }) else { throw ValidationError("--nodes must be 3 to 50.") }
  }

  func run() async throws {
    let code = try await orExit {
      var options = LoadTestOptions(
        zdupgrade: try RunningProgram.zdupgrade(zdupgrade), program: try RunningProgram.path())
      if !balancers.isEmpty { options.balancers = balancers }
      if !nodes.isEmpty { options.nodes = nodes }
      if !cases.isEmpty { options.cases = cases }
      options.load = shape.options
      options.arguments = arguments
      let test = LoadTest(options, say: { printAtOnce($0) }, tell: { printAtOnce($0, to: STDERR_FILENO) })
      return try await Orphans.minding { try await Interruptible.run { try await test.run() } }
    }
    throw ExitCode(code)
  }
}

extension LoadTestOptions.Case: ExpressibleByArgument {}
