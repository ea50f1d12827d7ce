import ArgumentParser
import Glibc
import Lab

/// `zdulab crash-test`.
struct CrashTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crash-test",
    abstract: "Kill zdupgrade at every entry of its journal, disturb it at every step, and print what became of it.",
    discussion: """
      Each trial has a lab of its own, with traffic. Behind it everything must be as behind an upgrade that nothing \
      disturbs: exit code, versions, processes, load balancer, what is left in homes and logs; no step of sysupgrade \
      or of a migration may have been run more often, and no request may have failed or been counted twice. Prints a \
      line for each product, fault and case, and exits with 0 when everything was survived.

      Faults: kill (SIGKILL behind an entry of the journal, then 'zdupgrade resume'), kill-again (every resumed one is \
      killed too), sshd (of the node in hand), address (iptables; root), balancer, disk-control and disk-node (a full \
      tmpfs; root), clock (libfaketime on one node). Only kill and kill-again befall a blue-green upgrade.
      """)

  @Option(
    name: .customLong("zdupgrade"), help: "The zdupgrade program; default: the one beside this program, or in PATH.",
    completion: .file())
  var zdupgrade: String?

  @Option(name: .customLong("product"), help: "Only this product's upgrades, axway or bluegreen; repeatable.")
  var products: [CrashProduct] = []

  @Option(name: .customLong("case"), help: "Only this case; repeatable.")
  var cases: [CrashCase] = []

  @Option(name: .customLong("fault"), help: "Only this fault; repeatable.")
  var faults: [CrashFault] = []

  @Option(name: .customLong("from"), help: "The first entry, or step, at which it happens.")
  var from = 1

  @Option(name: .customLong("to"), help: "The last one; default: all that there are.")
  var to: Int?

  @Option(name: .customLong("every"), help: "Only every so manieth one.")
  var every = 1

  @Option(name: .customLong("again"), help: "After how many entries kill-again kills; repeatable.")
  var again: [Int] = []

  @Option(name: .customLong("jobs"), help: "How many labs are used at once.")
  var jobs = 1

  @Option(name: .customLong("nodes"), help: "The number of Axway nodes, 3 to 50.")
  var nodes = 3

  @Option(name: .customLong("balancer"), help: "The load balancer before Axway nodes.")
  var balancer = LabBalancer.nginx

  @Option(name: .customLong("cut"), help: "For how many seconds an address is cut off.")
  var cut = 4

  func validate() throws {
    guard (3...50).contains(nodes) else { throw ValidationError("--nodes must be 3 to 50.") }
    guard (1...16).contains(jobs) else { throw ValidationError("--jobs must be 1 to 16.") }
    guard from > 0, every > 0, to ?? from >= from else { throw ValidationError("--from, --to or --every is wrong.") }
    guard (1...300).contains(cut) else { throw ValidationError("--cut must be 1 to 300.") }
    let known = (products.isEmpty ? CrashProduct.allCases : products).flatMap(\.faults)
    if let fault = faults.first(where: { !known.contains($0) }) {
      throw ValidationError("--fault \(fault.rawValue) cannot befall an upgrade of this product.")
    }
    guard again.allSatisfy({ $0 > 0 }) else { throw ValidationError("--again must be more than 0.") }
  }

  func run() async throws {
    let code = try await orExit {
      var options = CrashTestOptions(
        zdupgrade: try RunningProgram.zdupgrade(zdupgrade), program: try RunningProgram.path())
      if !products.isEmpty { options.products = products }
      if !cases.isEmpty { options.cases = cases }
      if !faults.isEmpty { options.faults = faults }
      if !again.isEmpty { options.again = again }
      (options.from, options.to, options.every) = (from, to, every)
      (options.jobs, options.nodes, options.balancer, options.cut) = (jobs, nodes, balancer, cut)
      let test = try CrashTest(options, say: { printAtOnce($0) }, tell: { printAtOnce($0, to: STDERR_FILENO) })
      return try await Orphans.minding { try await Interruptible.run { try await test.run() } }
    }
    throw ExitCode(code)
  }
}

extension CrashProduct: ExpressibleByArgument {}
extension CrashCase: ExpressibleByArgument {}
extension CrashFault: ExpressibleByArgument {}
