import Testing

@testable import Lab

extension OnStage {
  @Suite("zdulab") struct CommandLineTests {
    private func zdulab(_ arguments: String...) async throws -> BuiltProgram.Result {
      try await BuiltProgram.run(BuiltProgram.zdulab, arguments)
    }

    @Test("up returns with the lab running and says what to run next; status, versions, faults and down work on it")
    func life() async throws {
      try await withFolderOfItsOwn { folder in
        let directory = "\(folder)/my lab"
        let up = try await zdulab(
          "up", "--nodes", "2", "--dir", directory, "--old_version", "7.5.2", "--fault", "Node-B:apply:slow:3")
        #expect(up.code == 0, "\(up.errors)")
        #expect(up.output.contains("zdupgrade run --config '\(directory)/topology.json' --old_install_dir "))
        #expect(up.output.contains("zdulab down '\(directory)'"))
        #expect(!LabProcesses(directory: directory).running.isEmpty)
        #expect(
          try await zdulab("versions", directory).output.contains(
            "Node-A  Gateway-1         Gateway Group         7.5.2\n"))
        #expect(try await zdulab("status", directory).output.contains("Node-B  up    2/2  0/2  not started\n"))
        #expect(try await zdulab("fault", directory, "Node-A:stop:refuse", "Node-A:apply:fail:7:no").code == 0)
        #expect(
          try await zdulab("faults", directory).output
            == "Node-A:apply:fail:7:no\nNode-A:stop:refuse\nNode-B:apply:slow:3\n")
        #expect(try await zdulab("faults", directory, "--clear").output == "")
        let again = try await zdulab("up", "--dir", directory)
        #expect(again.code == 1 && again.errors.contains("there is a lab in \(directory) already"), "\(again.errors)")
        #expect(try await zdulab("down", directory).code == 0)
        #expect(LabProcesses(directory: directory).running.isEmpty && !TextFile.exists(directory))
        let gone = try await zdulab("down", directory)
        #expect(gone.code == 1 && gone.errors == "zdulab: no lab in \(directory)\n")
      }
    }

    @Test("with --config the lab has that file's nodes, names and groups")
    func config() async throws {
      try await withFolderOfItsOwn { folder in
        let file = "\(folder)/topology.json"
        try TextFile.write(
          """
          {"nodes": [{"name": "Koeln_1", "host": "koeln.example", "nodeManager": "admin", "instances":
            [{"name": "a", "group": "g 'x'"}, {"name": "b/ü", "group": "g 'x'"}, {"name": "a", "group": "h"}]}]}
          """, to: file)
        let directory = "\(folder)/lab"
        let up = try await zdulab("up", "--config", file, "--dir", directory, "--fault", "Koeln_1:export:warn")
        #expect(up.code == 0, "\(up.errors)")
        let versions = try await zdulab("versions", directory).output
        #expect(versions.split(separator: "\n").count == 4)
        #expect(versions.contains("Koeln_1  b/ü       g 'x'  7.5.3\n"))
        let lab = try Lab.open(directory)
        #expect(lab.description.groups.map(\.instanceCount) == [2, 1])
        #expect(
          try await lab.tools("Koeln_1").export(anmHost: "koeln.example").output.contains("WARN: RBAC permissions"))
        await lab.down()
        let wrong = try await zdulab("up", "--config", "\(folder)/none.json")
        #expect(wrong.code != 0 && !wrong.errors.isEmpty)
      }
    }

    @Test("wrong options are refused before anything is made")
    func usage() async throws {
      try await withFolderOfItsOwn { folder in
        for arguments in [
          ["--nodes", "0"], ["--nodes", "501"], ["--nodes", "2", "--config", "x"], ["--shutdown_delay=-1"],
          ["--groups", "2"], ["--nodes", "2", "--groups", "3"], ["--balancer", "f5"],
        ] {
          let result = try await BuiltProgram.run(BuiltProgram.zdulab, ["up", "--dir", "\(folder)/lab"] + arguments)
          #expect(result.code == 64, "\(arguments)")
        }
        #expect(!TextFile.exists("\(folder)/lab"))
      }
    }
  }
}
