import Foundation
import Testing
import Upgrade

@testable import Lab

@Suite("Delays, and what else a rehearsal asks of a lab") struct StepDelayTests {
  @Test("a delay is written NODE:STEP:MILLISECONDS, and a wrong one is refused with what would be right")
  func parsing() throws {
    let nodes = ["a", "a:b"]
    #expect(
      try StepDelay(parsing: "a:b:old-start:250", nodes: nodes)
        == StepDelay(node: "a:b", step: .oldStart, milliseconds: 250))
    for (text, message) in [
      ("a:apply", "delay 'a:apply': the form is NODE:STEP:MILLISECONDS, 0 to 86400000 of them"),
      ("a:apply:-1", "delay 'a:apply:-1': the form is NODE:STEP:MILLISECONDS, 0 to 86400000 of them"),
      (
        "c:apply:1",
        "delay 'c:apply:1': fault 'c:apply': no node 'c'; the form is NODE:STEP[:KIND[:ARGUMENT]]"
      ),
    ] {
      let failure = #expect(throws: Failure.self) { try StepDelay(parsing: text, nodes: nodes) }
      #expect(failure?.message.hasPrefix(message) == true, "\(failure?.message ?? "")")
    }
  }

  @Test("what is not installed is named, with the Debian packages that bring it")
  func programs() throws {
    try LabPrograms.check(for: .nginx) { _ in true }
    let failure = #expect(throws: Failure.self) {
      try LabPrograms.check(for: .haproxy) { $0 == "/usr/bin/openssl" || $0 == "/usr/bin/ssh-keygen" }
    }
    #expect(
      failure?.description
        == "a lab needs /usr/sbin/sshd, /usr/sbin/haproxy, which cannot be run here; run 'apt-get install --no-install-recommends openssh-server haproxy' as root"
    )
  }

  @Test("a name that is long, or gets so by its encoding, is a file's name all the same, and no other name's")
  func longNames() {
    let names = [
      String(repeating: "東", count: 85), String(repeating: "東", count: 84) + "京", String(repeating: "n", count: 255),
    ]
    let files = names.map(LabLayout.fileName)
    #expect(files.allSatisfy { $0.utf8.count <= 200 } && Set(files).count == 3)
    #expect(LabLayout.fileName("Node-A") == "Node-A" && LabLayout.fileName("a/b") == "a%2Fb")
  }

  @Test("a short option's value may be attached to it, as one that begins with a dash must be")
  func attachedValues() throws {
    let options = [ToolArguments.Option(name: "-n"), .init(name: "-d", takesValue: false), .init(name: "--host")]
    let arguments = try ToolArguments(["-n-x=1", "-d", "--host=-y"], options: options, command: "t")
    #expect(arguments["-n"] == "-x=1" && arguments.has("-d") && arguments["--host"] == "-y")
    #expect(throws: ToolFailure.self) { try ToolArguments(["-dx"], options: options, command: "t") }
    #expect(throws: ToolFailure.self) { try ToolArguments(["-x"], options: options, command: "t") }
  }
}

extension OnStage {
  @Suite("Delays in a lab") struct DelayTests {
    @Test("a step takes its delay, then its fault comes; what apply starts takes none; both are on record")
    func delays() async throws {
      try await withLab(nodes: 2, faults: ["Node-A:apply:fail:7"]) { lab in
        let store = DelayStore(layout: lab.description.layout)
        for (step, milliseconds) in [(Fault.Step.export, 300), (.apply, 400), (.start, 60_000), (.stop, 200)] {
          try store.set(StepDelay(node: "Node-A", step: step, milliseconds: milliseconds))
        }
        let tools = lab.tools("Node-A")
        #expect(try await tools.export().code == 0)
        #expect(try await tools.upgrade().code == 0)
        try await tools.stopOld()
        #expect(lab.metFaults.isEmpty)
        #expect(try await tools.apply().code == 7)
        #expect(lab.metFaults == [Fault(node: "Node-A", step: .apply, argument: "7")])
        lab.clearFaults()
        #expect(lab.metFaults.isEmpty)
        // It would take a minute if the start inside of it took its own time.
        #expect(try await tools.apply().code == 0)
        let taken = store.taken(on: ["Node-A", "Node-B"])
        #expect(taken.map(\.step) == [.export, .stop, .apply, .apply])
        for (delay, least) in zip(taken, [0.3, 0.2, 0.4, 0.4]) {
          #expect((least..<least + 5).contains(delay.ended.timeIntervalSince(delay.began)), "\(delay)")
        }
      }
    }
  }
}
