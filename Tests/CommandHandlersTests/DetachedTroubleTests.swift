import CommandHandlers
import FoundationEssentials
import Glibc
import Testing
import Upgrade

@Suite("A detached job in trouble")
struct DetachedTroubleTests {
  @Test("the end of a job takes its grandchildren too, also those that ignore TERM", arguments: DetachedBench.shells)
  func end(_ shell: String) async throws {
    try await DetachedBench.with(shell) { bench in
      let numbers = bench.folder + "/numbers"
      let tree =
        "(trap '' TERM; sleep 300 & echo $! >>'\(numbers)'; wait) & sleep 300 & echo $! >>'\(numbers)'; "
        + "echo $$ >>'\(numbers)'; wait"
      async let ran = bench.run(tree)
      try await bench.eventually { bench.file(numbers).split(separator: "\n").count == 3 }
      let state = try await bench.runner.end(try bench.job(), on: "", grace: .milliseconds(300))
      #expect(state == .ended(.signal("TERM")))
      let exit = try await ran.exit
      #expect(exit == .signal("TERM"))
      #expect(!bench.file(numbers).split(separator: "\n").contains { isAlive($0) })
    }
  }

  @Test("a deadline leaves the job, or ends it, as told")
  func deadline() async throws {
    try await DetachedBench.with { bench in
      let failure = await #expect(throws: Failure.self) {
        try await bench.run("sleep 300", timeout: .milliseconds(500))
      }
      #expect(failure?.kind == .timeout)
      var state = try await bench.runner.state(of: try bench.job(), on: "")
      #expect(state == .running)
      await #expect(throws: Failure.self) {
        try await bench.runner.follow(
          try bench.job(), on: "", timeout: .milliseconds(300), whenGivenUp: .end(grace: .seconds(5))
        ) { _ in }
      }
      state = try await bench.runner.state(of: try bench.job(), on: "")
      #expect(state == .ended(.signal("TERM")))
    }
  }

  @Test("cancellation leaves the job, or ends it, as told", arguments: [true, false])
  func cancelled(isEnded: Bool) async throws {
    try await DetachedBench.with { bench in
      let job = try bench.job()
      let task = Task {
        try await bench.runner.run(
          ShellCommand("sleep 300"), as: job, on: "", whenGivenUp: isEnded ? .end(grace: .seconds(5)) : .leave
        ) { _ in }
      }
      try await bench.eventually { access(bench.path("pid"), F_OK) == 0 }
      task.cancel()
      await #expect(throws: (any Error).self) { _ = try await task.value }
      let state = try await bench.runner.state(of: job, on: "")
      #expect(state == (isEnded ? .ended(.signal("TERM")) : .running))
    }
  }

  @Test("a keeper that was killed is told as vanished, with what still runs; it is ended and not begun again")
  func vanished() async throws {
    try await DetachedBench.with { bench in
      async let ran = bench.run("echo begun; sleep 300")
      try await bench.eventually { bench.file(bench.path("out")) == "begun\n" }
      let pid = try #require(bench.file(bench.path("pid")).split(separator: " ").first.flatMap { Int32($0) })
      kill(pid, SIGKILL)
      do {
        _ = try await ran
        Issue.record("it should have vanished")
      } catch let failure as Failure {
        #expect(failure.kind == .exit)
        #expect(failure.message.contains("left no exit code"))
        #expect(failure.evidence.last == "processes that it started still run")
      }
      await #expect(throws: Failure.self) { try await bench.runner.remove(try bench.job(), on: "") }
      let state = try await bench.runner.end(try bench.job(), on: "", grace: .seconds(1))
      guard case .vanished(.some, isAlive: false) = state else {
        Issue.record("\(state)")
        return
      }
      try await bench.runner.remove(try bench.job(), on: "")
    }
  }

  @Test("a job from before the node's restart is told as such and not begun again")
  func rebooted() async throws {
    try await DetachedBench.with { bench in
      _ = await #expect(throws: Failure.self) { try await bench.run("sleep 300", timeout: .milliseconds(300)) }
      let pid = bench.file(bench.path("pid"))
      for other in ["0 0 0 another-boot\n", ""] {
        try other.write(toFile: bench.path("pid"), atomically: false, encoding: .utf8)
        let failure = await #expect(throws: Failure.self) { try await bench.run("echo again") }
        #expect(failure?.message == "follow the job step: the node was started anew while it ran")
      }
      try pid.write(toFile: bench.path("pid"), atomically: false, encoding: .utf8)
    }
  }

  @Test("a folder that is a symbolic link, open to others or another user's is refused and left as it is")
  func foreignFolders() async throws {
    for place in ["", "/run-1", "/run-1/step"] {
      for trouble in ["link", "mode", "owner"] where trouble != "owner" || geteuid() == 0 {
        try await DetachedBench.with { bench in
          let path = bench.root + place
          let target = bench.folder + "/elsewhere"
          for folder in [target, bench.root, bench.root + "/run-1", bench.root + "/run-1/step"] {
            mkdir(folder, 0o700)
            if folder == path { break }
          }
          switch trouble {
          case "link": #expect(rmdir(path) == 0 && symlink(target, path) == 0)
          case "mode": #expect(chmod(path, 0o750) == 0)
          default: #expect(chown(path, 65_534, 65_534) == 0)
          }
          let failure = await #expect(throws: Failure.self) { try await bench.run("touch '\(target)/ran'") }
          #expect(failure?.kind == .refused, "\(trouble) \(place)")
          #expect(access(target + "/ran", F_OK) != 0)
        }
      }
    }
  }

  @Test(
    "a full disk is refused before the start; one that fills meanwhile gives the job an error, and its code is kept")
  func fullDisk() async throws {
    try await DetachedBench.with { bench in
      mkdir(bench.root, 0o700)
      guard geteuid() == 0, mount("tmpfs", bench.root, "tmpfs", 0, "size=64k,mode=0700") == 0 else {
        withKnownIssue("a file system to fill can only be mounted by root") { Issue.record("not tested") }
        return
      }
      defer { umount2(bench.root, 2) }
      let (exit, bytes) = try await bench.run("head -c 200000 /dev/zero 2>/dev/null; exit $((20 + $?))")
      #expect(exit == .code(21))
      #expect(bytes.count > 30_000 && bytes.count <= 65_536)
      let failure = await #expect(throws: Failure.self) { try await bench.run("true", step: "next") }
      #expect(failure?.kind == .refused)
      #expect(failure?.message.hasPrefix("follow the job next: not started, with 0 KiB free") == true)
    }
  }

  @Test("an exit code that cannot be left is told as vanished, with the room on the disk")
  func codeLost() async throws {
    try await DetachedBench.with { bench in
      let failure = await #expect(throws: Failure.self) {
        try await bench.run("rm \(ShellQuoting.quote(bench.path("ending")))")
      }
      #expect(failure?.kind == .exit)
      #expect(failure?.message.contains("the code could not be written") == true)
      #expect(failure?.evidence.first?.contains("KiB are free") == true)
    }
  }

  @Test("removing takes the step's folder, and those above only when they are empty; never one that runs")
  func remove() async throws {
    try await DetachedBench.with { bench in
      try await bench.run("true", step: "one")
      _ = await #expect(throws: Failure.self) {
        try await bench.run("sleep 300", step: "two", timeout: .milliseconds(300))
      }
      try await bench.runner.remove(try bench.job("one"), on: "")
      await #expect(throws: Failure.self) { try await bench.runner.remove(try bench.job("two"), on: "") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench.root + "/run-1") == ["two"])
      try await bench.runner.end(try bench.job("two"), on: "")
      try await bench.runner.remove(try bench.job("two"), on: "")
      try await bench.runner.remove(try bench.job("two"), on: "")
      #expect(access(bench.root, F_OK) != 0)
    }
  }

  @Test("names that are no file names are refused", arguments: ["", ".", "..", ".x", "a/b", "a b", "ü", "a'b"])
  func names(_ name: String) {
    #expect(throws: Failure.self) { try DetachedJob(run: name, step: "step") }
    #expect(throws: Failure.self) { try DetachedJob(run: "run", step: name) }
  }

  private func isAlive(_ number: some StringProtocol) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) else { return false }
    return !stat.contains(") Z ")
  }
}
