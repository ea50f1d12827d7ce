import Testing
import Upgrade

@testable import Lab

@Suite("Programs that a lab needs") struct SystemProgramTests {
  @Test("all that are missing are named, with their packages")
  func missing() throws {
    let programs = [
      SystemProgram(path: "/nowhere/sshd", package: "openssh-server"), SystemProgram(path: "/bin/sh", package: "dash"),
      SystemProgram(path: "/nowhere/nginx", package: "nginx-light"),
    ]
    let failure = try #require(throws: Failure.self) { try SystemProgram.check(programs) }
    #expect(
      "\(failure)" == "start the lab: not on this machine: /nowhere/sshd, /nowhere/nginx; install them, on Debian with "
        + "'apt-get install --no-install-recommends openssh-server nginx-light'")
    try SystemProgram.check([programs[1]])
  }

  @Test("only the load balancer that is used has to be here")
  func balancer() {
    #expect(SystemProgram.ofLab(behind: .haproxy).map(\.package).contains("haproxy"))
    #expect(!SystemProgram.ofLab(behind: .nginx).map(\.package).contains("haproxy"))
  }
}
