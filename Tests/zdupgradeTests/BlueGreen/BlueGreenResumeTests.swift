import Foundation
import Lab
import Testing

@Suite("A blue-green upgrade that was cut off or stopped, gone on with", .serialized)
struct BlueGreenResumeTests {
  private static let core = "New-1: copy the core data from the old datastore"
  private static let all = "Old-1: quiesce everything, and see that it is"

  @Test(
    "killed while the gateways work, it begins nothing twice; without a terminal it waits for the operator's signal")
  func killed() async throws {
    try await BlueGreenStage.with { stage in
      try stage.lab.setFault("New-1:reindex-core:slow:4")
      try stage.lab.setFault("Old-1:quiesce-all:slow:4")
      async let first = stage.bluegreen("run")
      try await stage.signal(SIGKILL) { $0.isUnderWay(Self.core) }
      #expect(try await first.code == -1)
      let status = try await stage.bluegreen("status")
      #expect(status.output.contains("interrupted") && status.output.contains("copy the core data"), "\(status.output)")

      async let second = stage.bluegreen("resume")
      try await stage.signal(SIGUSR1) { $0.isPaused }
      try await stage.signal(SIGKILL) { $0.isUnderWay(Self.all) }
      #expect(try await second.code == -1)

      let last = try await stage.bluegreen("resume", "--yes")
      #expect(last.code == 0, "\(last.output)\n\(last.errors)")
      #expect(last.output.hasPrefix("Summary table (Status.SUCCESS):"))
      for node in ["New-1", "Old-1"] {
        #expect(try stage.log(of: node).contains("the gateway had accepted it before, so it is only waited for"))
      }
      let migrations = try stage.calls("POST", "/migration", of: "New-1")
      #expect(migrations.count == 4, "clean, core, transform and logs, each once: \(migrations)")
      for node in stage.old {
        let blocks = try stage.calls("PUT", "/quiescemode", of: node).filter { $0.contains(#""block":"all""#) }
        #expect(blocks.count == 1, "\(node): \(blocks)")
      }
      try await stage.expectNoWebhooks(on: stage.new)
      try await stage.expectComplete(isCountingAll: true)
    }
  }

  @Test(
    """
    SIGINT ends it behind the step in hand; an old gateway that was restarted meanwhile is seen, the run is taken back as \
    it says, and goes on anew; SIGINT ends a pause too
    """)
  func stopped() async throws {
    try await BlueGreenStage.with { stage in
      try stage.lab.setFault("New-1:reindex-core:slow:3")
      async let first = stage.bluegreen("run")
      try await stage.signal(SIGINT) { $0.isUnderWay(Self.core) }
      let ended = try await first
      #expect(ended.code == 80, "\(ended.output)\n\(ended.errors)")
      #expect(ended.errors.contains("SIGINT: the node in hand"))
      let done = try stage.journal.done()
      #expect(done.last == Self.core, "\(done)")
      #expect(try stage.journal.takenBack().isEmpty)
      stage.lab.clearFaults()

      try await stage.lab.stop("Old-2")
      try await stage.lab.start("Old-2")
      let count = try stage.journal.entries.count
      let refused = try await stage.bluegreen("resume", "--yes")
      #expect(refused.code == 80, "\(refused.output)\n\(refused.errors)")
      #expect(refused.errors.contains("Old-2: it takes design-time changes again, though it was told not to"))
      #expect(refused.errors.contains("'zdupgrade bluegreen rollback', then 'zdupgrade bluegreen resume'"))
      #expect(!refused.errors.contains("Old-1: it takes"))
      #expect(try stage.journal.done(behind: count).isEmpty)

      let back = try await stage.bluegreen("rollback", "--yes")
      #expect(back.code == 0, "\(back.output)\n\(back.errors)")
      let opened = ["Old-2", "Old-1"].flatMap(BlueGreenWayBack.open)
      #expect(try stage.journal.takenBack() == opened + BlueGreenWayBack.emptied)
      try await stage.expectOldServes()

      async let second = stage.bluegreen("resume")
      try await stage.signal(SIGINT) { $0.isPaused }
      let paused = try await second
      #expect(paused.code == 80, "\(paused.output)\n\(paused.errors)")
      #expect(paused.errors.contains("paused: kill -USR1 ") && paused.errors.contains("QUIESCE ALL, no API takes back"))
      #expect(try stage.journal.takenBack() == opened + BlueGreenWayBack.emptied, "nothing more is taken back")
      let standing = try await stage.standing()
      #expect(standing.all("Old", are: "green, designtime, enabled"), "\(standing.words)")
      #expect(standing.all("New", are: "green, nothing, enabled"), "\(standing.words)")

      let last = try await stage.bluegreen("resume", "--yes")
      #expect(last.code == 0, "\(last.output)\n\(last.errors)")
      try await stage.expectComplete(isCountingAll: true)
    }
  }
}
