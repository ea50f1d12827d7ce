import FoundationEssentials
import Glibc
import Testing

@testable import Lab

extension OnStage {
  @Suite("zdulab traffic") struct TrafficCommandTests {
    private func traffic(_ lab: Lab, _ arguments: String...) async throws -> BuiltProgram.Result {
      try await BuiltProgram.run(
        BuiltProgram.zdulab, ["traffic", lab.directory, "--connections", "40", "--rate", "60"] + arguments)
    }

    @Test("an undisturbed lab loses nothing, and its instances have served exactly what the report counts")
    func clean() async throws {
      for balancer in LabBalancer.allCases {
        try await withLab(balancer: balancer) { lab async throws in
          let result = try await traffic(
            lab, "--seconds", "4", "--long", "1", "--long_seconds", "1", "--format", "json")
          #expect(result.code == 0, "\(result.output)\(result.errors)")
          let report = try JSONDecoder().decode(LoadReport.self, from: Data(result.output.utf8))
          #expect(report.incidents.allSatisfy { $0.isRace })
          #expect(Set(report.rows.compactMap(\.kind)) == Set(LoadKind.allCases))
          #expect(report.undisturbed.map(\.group) == ["Gateway Group"])
          let folder = lab.description.layout.served
          let lines = try FileManager.default.contentsOfDirectory(atPath: folder)
            .flatMap { TextFile.read("\(folder)/\($0)")?.split(separator: "\n") ?? [] }
          let requests = report.rows.filter { $0.kind != nil }
          let served = requests.map(\.requests).reduce(0, +)
          #expect(served > 200 && report.duration >= 4000)
          // A long answer that the end of the load has cut is no request of the report.
          #expect((served...served + 1).contains(lines.filter { $0.hasPrefix("b ") }.count))
          #expect(requests.allSatisfy { $0.requests > 0 && $0.longestGap > 0 && $0.longestGap <= report.duration })
        }
      }
    }

    @Test("an instance that is killed behind the balancer costs requests, and the report says so; SIGINT ends it")
    func killed() async throws {
      try await withLab { lab in
        let pidFile = "\(lab.directory)/traffic"
        let run = Task {
          try await BuiltProgram.run(
            "/bin/sh", ["-c", "echo $$ >\"$0\"; exec \"$@\"", pidFile, BuiltProgram.zdulab, "traffic", lab.directory])
        }
        let served = lab.description.layout.served
        let installation = Installation(.old, of: lab.description.nodes[0], in: lab.description)
        let service = installation.services[1]
        let isServing = await eventually {
          (TextFile.read(installation.served(by: service))?.split(separator: "\n").count ?? 0) > 100
        }
        #expect(isServing, "\(served)")
        kill(try #require(installation.record(of: service).running).pid, SIGKILL)
        let other = Installation(.old, of: lab.description.nodes[1], in: lab.description)
        let before = TextFile.read(other.served(by: other.services[1]))?.utf8.count ?? 0
        #expect(
          await eventually { (TextFile.read(other.served(by: other.services[1]))?.utf8.count ?? 0) > before + 2000 })
        kill(try #require(TextFile.read(pidFile).flatMap { Int32($0.dropLast()) }), SIGINT)
        let result = try await run.value
        #expect(result.code == 1, "\(result.errors)")
        let all = try #require(
          result.output.split(separator: "\n").first { $0.hasPrefix("Gateway Group") && $0.contains(" all ") })
        let cells = all.split(separator: " ", omittingEmptySubsequences: true)
        #expect(cells[3] != "0", "requests: \(all)")
        #expect(cells[6] != "0", "errors: \(all)")
        #expect(result.output.contains("Node-A old Gateway Group%2FGateway-1"), "who served what was never answered")
      }
    }

    @Test("wrong options are refused, and so is a lab that is not there")
    func usage() async throws {
      try await withFolderOfItsOwn { folder async throws in
        for arguments in [
          ["--connections", "0"], ["--rate", "0"], ["--seconds", "0"], ["--long", "101"], ["--format", "x"],
        ] {
          #expect(try await BuiltProgram.run(BuiltProgram.zdulab, ["traffic", folder] + arguments).code == 64)
        }
        #expect(try await BuiltProgram.run(BuiltProgram.zdulab, ["traffic", folder]).code == 1)
      }
    }
  }
}
