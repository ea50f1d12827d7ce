import Testing
import Upgrade

@Suite("What the control node lets a run do at once")
struct ControlNodeTests {
  @Test(
    "forks follow from the cores, and from the files that may be open",
    arguments: [
      (1, 1024, 3, 32), (2, 1024, 3, 32), (4, 1024, 3, 64), (16, 20_000, 300, 256), (64, 20_000, 1000, 256),
      // 1024 less 64, 16 for two cores, and 4 for each node leave 24, two for each fork.
      (2, 1024, 230, 12),
      // Too little anyway: it is refused, and not by a bound of nothing.
      (2, 256, 300, 1), (0, 1024, 1, 32),
    ])
  func forks(cores: Int, openFiles: Int, nodes: Int, wanted: Int) {
    #expect(ControlNode(cores: cores, openFiles: openFiles).forks(for: nodes) == wanted)
  }

  @Test("a fleet for which files can be open is not refused with the forks that follow from them")
  func fitting() throws {
    for nodes in [1, 3, 100, 230, 1000, 4900] {
      let machine = ControlNode(
        cores: 2, openFiles: ControlNode(cores: 2, openFiles: 0).filesNeeded(for: nodes, forks: 1))
      try machine.check(nodes, forks: machine.forks(for: nodes))
      #expect(machine.forks(for: nodes) == 1)
    }
  }

  @Test("a fleet that needs more files than can be open is refused with what to run")
  func refused() throws {
    let machine = ControlNode(cores: 2, openFiles: 1024)
    let failure = #expect(throws: Failure.self) { try machine.check(300, forks: 32) }
    #expect(failure?.kind == .refused)
    #expect(failure?.message.hasPrefix("300 nodes: up to 1344 files and connections are open at once") == true)
    #expect(failure?.remedy?.contains("ulimit -n 1344") == true)
    #expect(failure?.remedy?.contains("--forks") == false, "no --forks is small enough")
  }

  @Test("where a smaller --forks would do, that is said")
  func tooManyForks() throws {
    let machine = ControlNode(cores: 2, openFiles: 1100)
    let failure = #expect(throws: Failure.self) { try machine.check(220, forks: 220) }
    #expect(failure?.remedy?.hasSuffix("or give a smaller --forks") == true)
  }
}
