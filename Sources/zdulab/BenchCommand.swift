import ArgumentParser
import Glibc
import Lab
import Upgrade

/// `zdulab bench`.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Do one task of the speed measurements with zdupgrade's own SSH.",
    discussion: """
      A: log in to --n hosts at once, and run 'true' on each. B: --count commands 'true' over one connection. C: read \
      --bytes bytes of a command's output. D: the 72 commands of a rolling upgrade of 3 hosts, with a journal. E: a whole \
      'zdupgrade run' of a lab whose steps take no time, and what it took itself. F: hold --n connections, and read \
      --bytes bytes of a command's output from all at once.

      What is not given is taken from the environment that scripts/bench gives all programs: FARM, BENCH_TASK, BENCH_N, \
      BENCH_COUNT, BENCH_BYTES, BENCH_TMP. Prints 'RESULT ok=<good> total=<all> ...'; exits with 1 when a command was \
      not good.
      """)

  @Argument(help: ArgumentHelp("What to do: A, B, C, D, E or F.", valueName: "task"))
  var task: BenchTask?

  @Option(
    name: .customLong("farm"), help: "The hosts: a folder made by scripts/bench.d/sshfarm.", completion: .directory)
  var farm: String?

  @Option(name: .customLong("n"), help: "The number of hosts of A and F; default: 10.")
  var hosts: Int?

  @Option(name: .customLong("count"), help: "The number of commands of B; default: 200.")
  var count: Int?

  @Option(name: .customLong("bytes"), help: "The bytes of C, default 1 GiB, and of F, default 100 KiB.")
  var bytes: Int?

  @Flag(name: .customLong("no_journal"), help: "D: write no journal.")
  var hasNoJournal = false

  @Option(
    name: .customLong("zdupgrade"), help: "E: the zdupgrade program; default: the one beside this program, or in PATH.",
    completion: .file())
  var zdupgrade: String?

  func run() async throws {
    let result = try await orExit {
      let task = try chosenTask()
      if task == .upgrade { return try await upgrade() }
      guard let folder = farm ?? Self.variable("FARM") else { throw Failure(.refused, "--farm is missing") }
      let options = try options(for: task)
      let bench = Bench(try BenchFarm(folder), options)
      return try await bench.run(task, in: Self.variable("BENCH_TMP") ?? "/tmp")
    }
    for complaint in result.complaints { printAtOnce("zdulab: \(complaint)", to: STDERR_FILENO) }
    printAtOnce(result.line)
    if !result.isGood { throw ExitCode(1) }
  }

  private func chosenTask() throws -> BenchTask {
    if let task { return task }
    guard let name = Self.variable("BENCH_TASK"), let task = BenchTask(rawValue: name) else {
      throw Failure(.refused, "the task is missing: A, B, C, D, E or F")
    }
    return task
  }

  private func options(for task: BenchTask) throws -> BenchOptions {
    var options = BenchOptions()
    if task == .volume { options.bytes = 100 << 10 }
    options.hosts = try hosts ?? Self.number("BENCH_N") ?? options.hosts
    options.count = try count ?? Self.number("BENCH_COUNT") ?? options.count
    options.bytes = try bytes ?? Self.number("BENCH_BYTES") ?? options.bytes
    options.isJournaled = !hasNoJournal
    guard options.hosts > 0, options.count > 0, options.bytes >= 0 else {
      throw Failure(.refused, "--n and --count must be 1 or more, --bytes 0 or more")
    }
    return options
  }

  private func upgrade() async throws -> BenchResult {
    let program = try RunningProgram.path()
    let bench = UpgradeBench(zdupgrade: try RunningProgram.zdupgrade(zdupgrade), program: program)
    return try await Orphans.minding { try await Interruptible.run { try await bench.run() } }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func number(_ name: String) throws -> Int? {
    guard let text = variable(name) else { return nil }
    guard let number = Int(text) else { throw Failure(.refused, "\(name) is no number") }
    return number
  }
}

extension BenchTask: ExpressibleByArgument {}
