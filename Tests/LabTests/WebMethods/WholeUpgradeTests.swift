import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("a whole blue-green upgrade by hand") struct WholeUpgradeTests {
    @Test("under traffic no request fails, and every transaction and document is in the new datastore, once")
    func whole() async throws {
      try await withStage {
        ($0.oldCount, $0.newCount, $0.documents) = (2, 2, 2000)
      } _: { lab in
        let old = try ["Old-1", "Old-2"].map(lab.administration)
        let new = try ["New-1", "New-2"].map(lab.administration)
        let traffic = TrafficClient(url: lab.api(at: lab.balancerURL), rate: 100)
        await traffic.begin()
        #expect(await new[0].migrate("clean") == nil)
        for admin in old {
          await admin.makeQuiescePort()
          #expect(await admin.status("PUT", "/quiescemode", #"{"enable":true,"block":"designtime"}"#) == 200)
          #expect(await eventually { await admin.field("status", of: "/quiescemode") == "success" })
        }
        #expect(await new[0].migrate("reindex", new[0].reindex("core")) == nil)
        #expect(await new[0].migrate("transform") == nil)
        for admin in new {
          #expect(await admin.status("POST", "/shutdown", #"{"bounce":true,"option":"force"}"#) == 200)
          #expect(await eventually { await Answer.get(lab.api(at: admin.server)).status == 200 })
        }
        try await send(to: lab.description.nodes, of: lab)
        #expect(await eventually { await traffic.report.answers.count == 4 })
        for admin in old.map(\.throughQuiescePort) {
          #expect(await admin.status("GET", "/health") == 200)
          #expect(await admin.status("PUT", "/quiescemode", #"{"enable":true,"block":"all"}"#) == 200)
          #expect(await eventually { await admin.status("GET", "/health") == 503 })
        }
        #expect(await new[0].migrate("reindex", new[0].reindex("analyticsandlogs")) == nil)
        try await send(to: lab.description.new, of: lab)
        for admin in old.map(\.throughQuiescePort) {
          let shutdown = #"{"bounce":"no","option":"drain","timeout":"1"}"#
          #expect(await admin.status("POST", "/invoke/wm.server.admin/shutdown", shutdown) == 200)
          #expect(await eventually { lab.isGone(admin.node.name) })
        }
        let report = await traffic.stop()
        for node in lab.description.new { try await lab.stop(node.name) }
        let account = try await lab.account()
        #expect(report.failed == 0 && report.total > 100, "\(report.failures.prefix(3))")
        #expect(account.isComplete && account.duplicated == 0, "\(account.text)")
        // Besides the traffic, each new gateway was asked until it was back.
        #expect(account.total == report.total + 2, "\(account.text), \(report.total) requests")
        #expect(account.newTransactions == account.transactions)
        #expect(account.flushed == account.transactions, "\(account.flushed)")
      }
    }

    /// Lets the balancer send traffic to `nodes` only, and returns when it does.
    private func send(to nodes: [BlueGreenNode], of lab: BlueGreenLab) async throws {
      let balancer = BlueGreenBalancer(description: lab.description)
      let before = Set(balancer.server.processes)
      try TextFile.write(
        nodes.map { "server \($0.server);\n" }.joined(), to: "\(balancer.server.directory)/servers.conf")
      try balancer.server.reload()
      #expect(await eventually { Set(balancer.server.processes).intersection(before).count == 1 })
    }
  }
}
