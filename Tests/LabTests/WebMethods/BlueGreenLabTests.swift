import FoundationEssentials
import Glibc
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("BlueGreenLab") struct BlueGreenLabTests {
    @Test("it has the gateways and documents that were asked for, and NGINX sends traffic to the old ones only")
    func stage() async throws {
      try await withStage {
        ($0.oldCount, $0.newCount, $0.documents) = (2, 2, 500)
      } _: { lab in
        #expect(lab.description.nodes.map(\.name) == ["Old-1", "Old-2", "New-1", "New-2"])
        let account = try await lab.account()
        #expect(account.old == .init(core: 200, logs: 300) && account.total == 0)
        var nodes: Set<String> = []
        for _ in 1...10 {
          let answer = await Answer.get(lab.api(2, at: lab.balancerURL))
          #expect(answer.status == 200)
          nodes.insert(JSONText.fields(answer.body)?["node"] as? String ?? "")
        }
        #expect(nodes == ["Old-1", "Old-2"])
        for file in [lab.passwordFile, lab.datastorePasswordFile] {
          var status = Glibc.stat()
          #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
        #expect(try BlueGreenLab.open(lab.directory).description == lab.description)
        #expect(await eventually { (try? await lab.account().total) == 10 })
      }
    }

    @Test("a stage that cannot be made leaves nothing behind")
    func failure() async throws {
      try await withFolderOfItsOwn { folder in
        var options = BlueGreenOptions(program: BuiltProgram.zdulab)
        options.directory = "\(folder)/stage"
        options.faults = ["New-2:start:fail:no licence"]
        let failure = await #expect(throws: Failure.self) { try await BlueGreenLab.up(options) }
        #expect(failure?.message.contains("New-2: no licence") == true, "\(failure.debugDescription)")
        #expect(LabProcesses(directory: "\(folder)/stage").running.isEmpty && !TextFile.exists("\(folder)/stage"))
        options.faults = ["New-3:start"]
        await #expect(throws: Failure.self) { try await BlueGreenLab.up(options) }
        #expect(!TextFile.exists("\(folder)/stage"))
      }
    }

    @Test("a fix is put into a stopped gateway, which tells of it; a new gateway may share the old ones' datastore")
    func fixes() async throws {
      try await withStage {
        ($0.isSharingDatastore, $0.isStartingNew, $0.newVersion) = (true, false, .v10_15)
      } _: { lab in
        #expect(throws: Failure.self) { try lab.applyFix("Fix 9", to: "Old-1") }
        let new = try lab.administration("New-1")
        #expect(await new.status("GET", "/health") == nil)
        try lab.applyFix("Fix 9", to: "New-1")
        try await lab.start("New-1")
        let answer = await Answer.get(lab.api(at: new.server))
        #expect(answer.status == 200 && answer.body.contains(#""fix":"Fix 9""#) && answer.body.contains("New-1"))
        #expect(await Answer.get(lab.api(at: try lab.administration("Old-1").server)).status == 200)
        try await lab.stop("New-1")
        let account = try await lab.account()
        #expect(account.transactions["New-1"] == 1 && account.missingLogs == 0)
      }
    }

    @Test("the command line starts a stage, shows it, sets faults, acts at its machines and ends it")
    func commands() async throws {
      try await withFolderOfItsOwn { folder in
        func run(_ arguments: String...) async throws -> BuiltProgram.Result {
          try await BuiltProgram.run(BuiltProgram.zdulab, ["bluegreen"] + arguments)
        }
        let directory = "\(folder)/my stage"
        let up = try await run("up", "--dir", directory, "--old", "1", "--new", "1", "--documents", "60")
        #expect(up.code == 0 && up.output.contains("zdulab bluegreen down '\(directory)'"), "\(up.errors)")
        #expect(try await run("fault", directory, "New-1:clean:fail:no disk", "Old-1:health:red").code == 0)
        #expect(try await run("fault", directory).output == "Old-1:health:red\nNew-1:clean:fail:no disk\n")
        let wrong = try await run("fault", directory, "New-1:claen")
        #expect(wrong.code == 1 && wrong.errors.contains("did you mean 'clean'?"), "\(wrong.errors)")
        let admin = try BlueGreenLab.open(directory).administration("New-1")
        #expect(await admin.migrate("clean") == "no disk")
        #expect(try await run("fault", directory, "--clear").output == "")
        #expect(try await run("node", directory, "New-1", "kill").code == 0)
        #expect(try await run("node", directory, "New-1", "fix", "--level", "Fix 2").code == 0)
        let status = try await run("status", directory).output
        #expect(status.contains("New-1    11.0     no") && status.contains("Old-1    10.15    yes"), "\(status)")
        #expect(status.contains("documents, old datastore: 24 core, 36 logs and events"), "\(status)")
        #expect(try await run("node", directory, "New-1", "start").code == 0)
        #expect(try await run("node", directory, "New-1", "restart").code == 0)
        #expect(try await run("node", directory, "New-9", "stop").code == 1)
        #expect(try await run("down", directory).code == 0)
        #expect(LabProcesses(directory: directory).running.isEmpty && !TextFile.exists(directory))
        #expect(try await run("down", directory).code == 1)
      }
    }
  }
}
