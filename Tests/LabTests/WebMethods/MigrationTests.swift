import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("the simulated gateway's migration") struct MigrationTests {
    @Test(
      "each supported step of versions moves all documents, transforms the assets, and serves them after a restart",
      arguments: [
        (GatewayVersion.v10_7, GatewayVersion.v10_11), (.v10_11, .v10_15), (.v10_15, .v11_0), (.v10_7, .v11_0),
      ])
    func whole(old: GatewayVersion, new: GatewayVersion) async throws {
      try await withStage {
        ($0.oldVersion, $0.newVersion) = (old, new)
      } _: { lab in
        let admin = try lab.administration("New-1")
        let api = lab.api(at: admin.server)
        #expect(await admin.migrate("clean") == nil)
        #expect(try await lab.account().new.core == 0)
        #expect(await admin.migrate("reindex", admin.reindex("core")) == nil)
        #expect(try await lab.account().transformed == 0)
        #expect(await admin.migrate("transform") == nil)
        #expect(await Answer.get(api).status == 404)
        #expect(await admin.status("POST", "/shutdown", #"{"bounce":true,"option":"force"}"#) == 200)
        #expect(await eventually { await Answer.get(api).status == 200 })
        #expect(await Answer.get(api).body.contains(#""node":"New-1","version":"\#(new.rawValue)""#))
        #expect(await admin.migrate("reindex", admin.reindex(new.logIndicesType)) == nil)
        let account = try await lab.account()
        #expect(account.isComplete && account.old.core == 40 && account.new.core == 40, "\(account.text)")
        #expect(account.new.logs >= account.old.logs && account.old.logs == 60, "\(account.text)")
      }
    }

    @Test("an API that was moved but not transformed is not served, also after a restart")
    func untransformed() async throws {
      try await withStage { lab in
        let admin = try lab.administration("New-1")
        #expect(await admin.migrate("reindex", admin.reindex("core")) == nil)
        try await lab.stop("New-1")
        try await lab.start("New-1")
        #expect(await Answer.get(lab.api(at: admin.server)).status == 404)
      }
    }

    @Test("a transformed asset has all its values, under the new version's names")
    func transformed() throws {
      let generator = DocumentGenerator(tenant: "t", version: .v10_7)
      try withDatastores { old, new in
        try generator.fill(old, count: 60)
        try DocumentGenerator(tenant: "t", version: .v11_0).fill(new, count: 60)
        let before = try #require(old.documents(in: "gateway_t_apis").first)
        let after = try #require(AssetStep.transform(before, to: .v11_0))
        let old = try #require(JSONText.fields(before.source))
        let fields = try #require(JSONText.fields(after.source))
        #expect(fields["active"] as? Bool == true && old["isActive"] as? Bool == true)
        #expect(fields["ownerName"] as? String == old["owner"] as? String && old["owner"] is String)
        #expect(fields["lifecycleState"] as? String == "Productive" && fields.count == old.count)
        #expect(fields["gatewayVersion"] as? String == "11.0")
        #expect(
          Set(fields.keys) == Set(try #require(JSONText.fields(new.documents(in: "gateway_t_apis")[0].source)).keys))
        #expect(AssetStep.transform(after, to: .v10_7) == nil)
      }
    }

    private func withDatastores(_ body: (DatastoreFolder, DatastoreFolder) throws -> Void) throws {
      let path = LabFolder.new("zdulab-test-")
      defer { try? FileManager.default.removeItem(atPath: path) }
      let (old, new) = (DatastoreFolder(path: "\(path)/old"), DatastoreFolder(path: "\(path)/new"))
      try old.make()
      try new.make()
      try body(old, new)
    }

    @Test("what is not a request of this version is refused with 400, and nothing runs")
    func badRequests() async throws {
      try await withStage {
        $0.hasPathRepo = false
      } _: { lab in
        let admin = try lab.administration("New-1")
        let source = #""sourceElasticsearch":{"url":"\#(lab.sourceURL)"}"#
        for body in [
          "", "[]", "{}", #"{"action":"explode"}"#, #"{"action":"clean"}"#, #"{"action":"clean","backup":"false"}"#,
          #"{"action":"reindex"}"#, #"{"action":"reindex","indicesType":"core"}"#,
          #"{"action":"reindex","indicesType":"logsevents",\#(source)}"#,
          #"{"action":"reindex","indicesType":"core","sourceElasticsearch":{"url":"here"}}"#,
          #"{"action":"reindex","indicesType":"core",\#(source),"properties":{"apigateway.migration.batchSize":0}}"#,
        ] {
          #expect(await admin.status("POST", "/migration", body) == 400, "\(body)")
        }
        for action in ["clean", "reindex", "transform"] {
          #expect(await admin.status("GET", "/migration/status?action=\(action)") == 404)
        }
        #expect(await admin.status("GET", "/migration/status?action=other") == 404)
        #expect(await admin.migrate("clean", #"{"action":"clean","backup":false}"#) == nil)
        #expect(try await lab.account().new.logs == 0)
        #expect(!TextFile.exists("\(lab.directory)/backup"))
      }
    }

    @Test("10.7 calls the other indices logsevents, later versions analyticsandlogs, and neither takes the other name")
    func indicesTypes() throws {
      func request(_ indices: String, _ version: GatewayVersion) throws -> ReindexRequest {
        let source = Setting.object(["url": .string("http://127.0.0.1:9240/")])
        return try ReindexRequest(["indicesType": .string(indices), "sourceElasticsearch": source], version: version)
      }
      for version in GatewayVersion.allCases {
        #expect(try request("core", version).isCore)
        let (right, wrong) = version == .v10_7 ? ("logsevents", "analyticsandlogs") : ("analyticsandlogs", "logsevents")
        #expect(try !request(right, version).isCore)
        #expect(throws: Failure.self) { try request(wrong, version) }
      }
      #expect(try request("core", .v11_0).endpoint == "127.0.0.1:9240")
    }

    @Test("clean puts what it takes away into path.repo")
    func backup() async throws {
      try await withStage { lab in
        let admin = try lab.administration("New-1")
        let before = try await lab.account().new
        #expect(await admin.migrate("clean") == nil)
        let after = try await lab.account().new
        #expect(before.core > 0 && after.core == 0 && after.logs == 0)
        let backup = "\(lab.directory)/backup"
        let names = try FileManager.default.contentsOfDirectory(atPath: backup)
        let copy = "\(backup)/\(try #require(names.first))/gateway_default_apis"
        let segment = try #require(try FileManager.default.contentsOfDirectory(atPath: copy).first)
        #expect(!SegmentReader.documents("\(copy)/\(segment)").isEmpty)
      }
    }

    @Test("a source that is wrong ends a reindex with a failure that says why, and leaves the datastore alone")
    func wrongSources() async throws {
      try await withStage { lab in
        let admin = try lab.administration("New-1")
        let before = try await lab.account().new
        let other = "http://\(LoopbackPort.ownAddress()):9240"
        for (body, word) in [
          (admin.reindex("core", url: other), "whitelist"), (admin.reindex("core", url: lab.targetURL), "whitelist"),
          (admin.reindex("core", password: "wrong"), "password"),
          (admin.reindex("core", tenant: "apigateway"), "tenant 'apigateway'"),
        ] {
          let reason = await admin.migrate("reindex", body)
          #expect(reason?.contains(word) == true, "\(reason ?? "no reason")")
        }
        #expect(await admin.migrate("transform")?.contains("not reindexed") == true)
        #expect(try await lab.account().new == before)
      }
    }

    @Test("a source that does not answer, or is the gateway's own datastore, is refused where the whitelist has it")
    func unreachable() async throws {
      try await withStage { lab in
        let options = BlueGreenProcesses(description: lab.description).options(try lab.description.node("New-1"))
        var open = options
        open.remoteWhitelist = nil
        let runner = try Runner(open)
        let admin = try lab.administration("New-1")
        func reason(_ url: String) async throws -> String? {
          let body = try #require(JSONText.fields(admin.reindex("core", url: url)))
          #expect(body["action"] as? String == "reindex")
          return try await runner.reindex(url: url, password: Credentials.secret(lab.datastorePasswordFile) ?? "")
        }
        #expect(try await reason(lab.targetURL)?.contains("own datastore") == true)
        #expect(try await reason("http://\(LoopbackPort.ownAddress()):9240")?.contains("does not answer") == true)
        #expect(try await reason(lab.balancerURL)?.contains("answered 404") == true)
      }
    }

    @Test("only one action runs at a time, on any gateway of the cluster, and both kinds of reindexing share a status")
    func conflicts() async throws {
      try await withStage {
        $0.newCount = 2
        $0.faults = ["New-1:reindex-core:hang"]
      } _: { lab in
        let (first, second) = (try lab.administration("New-1"), try lab.administration("New-2"))
        #expect(await first.migrate("clean") == nil)
        #expect(await first.status("POST", "/migration", first.reindex("core")) == 202)
        for admin in [first, second] {
          #expect(await admin.status("POST", "/migration", admin.reindex("core")) == 409)
          #expect(await admin.status("POST", "/migration", #"{"action":"clean"}"#) == 409)
          #expect(await admin.field("status", of: "/migration/status?action=reindex") == "in progress")
          #expect(await admin.field("status", of: "/migration/status?action=clean") == "success")
        }
        lab.clearFaults()
        #expect(await second.end(of: "reindex") == nil)
        #expect(try await lab.account().new.core == lab.account().old.core)
        try lab.setFault("New-1:reindex-logs:fail:no more disk")
        #expect(await second.field("status", of: "/migration/status?action=reindex") == "success")
        #expect(await first.migrate("reindex", first.reindex("analyticsandlogs")) == "no more disk")
        #expect(await second.field("status", of: "/migration/status?action=reindex") == "failure")
      }
    }

    @Test("an action whose gateway dies in the middle has failed, and can be begun again")
    func died() async throws {
      try await withStage {
        $0.faults = ["New-1:reindex-core:hang"]
      } _: { lab in
        let admin = try lab.administration("New-1")
        #expect(await admin.status("POST", "/migration", admin.reindex("core")) == 202)
        try await lab.kill("New-1")
        #expect(await admin.status("GET", "/health") == nil)
        lab.clearFaults()
        try await lab.start("New-1")
        #expect(await admin.end(of: "reindex")?.contains("was stopped") == true)
        #expect(await admin.migrate("reindex", admin.reindex("core")) == nil)
      }
    }

    @Test("a reindex reads in batches of the size that its properties say, of an index or of all")
    func batches() async throws {
      try await withStage { lab in
        let admin = try lab.administration("New-1")
        let properties = """
          ,"apigateway.migration.batchSize":2,"apigateway.migration.batchSize.gateway_{0}_apis":"3"
          """
        #expect(await admin.migrate("reindex", admin.reindex("core", properties: properties)) == nil)
        let log = TextFile.read(DatastoreServer.log(of: "\(lab.directory)/datastore-old")) ?? ""
        #expect(log.contains("search gateway_default_apis 3 4\nscroll gateway_default_apis 1\n"), "\(log)")
        #expect(log.contains("search gateway_default_users 2 3\nscroll gateway_default_users 1\n"), "\(log)")
        #expect(await admin.migrate("reindex", admin.reindex("analyticsandlogs")) == nil)
        let more = TextFile.read(DatastoreServer.log(of: "\(lab.directory)/datastore-old")) ?? ""
        #expect(more.contains("search gateway_default_log 100 5\n"), "\(more)")
      }
    }

    @Test("a reindex that is repeated leaves every document once")
    func repeated() async throws {
      try await withStage { lab in
        let admin = try lab.administration("New-1")
        #expect(await admin.migrate("clean") == nil)
        for _ in 1...2 { #expect(await admin.migrate("reindex", admin.reindex("core")) == nil) }
        let account = try await lab.account()
        #expect(account.new.core == account.old.core && account.missingCore == 0)
      }
    }
  }
}
