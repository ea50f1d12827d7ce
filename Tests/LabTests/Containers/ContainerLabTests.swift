import FoundationEssentials
import Glibc
import Testing
import Upgrade

@testable import Lab

/// What a test in containers needs: root, an engine, and the image that `scripts/container-image` makes.
private struct ContainerGround {
  let image: String
  /// Why there can be no containers here; nil where there can.
  let obstacle: String?

  static func look() async -> ContainerGround {
    let script = ExternalTool(path: "\(Repository.path)/scripts/container-image", arguments: ["--name"])
    let image = String((try? await script.run())?.prefix { $0 != "\n" } ?? "")
    do {
      let engine = try await ContainerEngine.find("podman", image: image)
      _ = try await engine.call(["image", "inspect", image])
      return ContainerGround(image: image, obstacle: geteuid() == 0 ? nil : "Podman needs root")
    } catch {
      return ContainerGround(image: image, obstacle: "\(error)")
    }
  }
}

private let ground = Task { await ContainerGround.look() }

extension OnStage {
  @Suite("A lab in containers") struct ContainerLabTests {
    private func withLab(_ body: (ContainerLab) async throws -> Void) async throws {
      let lab = try await ContainerStart.up(
        ContainerOptions(LabOptions(program: BuiltProgram.zdulab), engine: "podman", image: await ground.value.image))
      do {
        try await body(lab)
      } catch {
        await lab.down()
        throw error
      }
      await lab.down()
    }

    private func versions(_ lab: ContainerLab) async -> [String?] {
      await LabVersions.read(lab.description).entries.map(\.version)
    }

    @Test(
      "a node that was paused, killed or cut off answers to nobody, and comes back with its address and its files",
      .enabled("no containers here: run scripts/container-image as root") { await ground.value.obstacle == nil })
    func faults() async throws {
      var directory = ""
      try await withLab { lab in
        directory = lab.description.directory
        let node = lab.description.nodes[1]
        #expect(await versions(lab) == ["7.5.3", "7.5.3", "7.5.3"])
        for name in lab.description.nodes {
          let listing = try await lab.run(["sh", "-c", "ls -d /opt/Axway*"], on: name).split(separator: "\n")
          #expect(listing == ["/opt/Axway-7.5.3", "/opt/Axway-7.7"])
        }
        _ = try await lab.run(["sh", "-c", "echo mine > /opt/Axway-7.7/only-here"], on: node)
        for fault in ContainerFault.allCases {
          try await lab.strike(fault, node)
          #expect(await versions(lab)[1] == nil, "\(fault)")
          try await lab.heal(fault, node)
          #expect(try await lab.run(["cat", "/opt/Axway-7.7/only-here"], on: node) == "mine\n", "\(fault)")
          // Behind a power cut no gateway starts by itself.
          let old = try await lab.run(
            ["/opt/Axway-7.5.3/apigateway/posix/bin/startinstance", "-n", "Gateway-2", "-g", "Gateway Group", "-d"],
            on: node)
          #expect(old.contains(fault == .kill ? "' started." : "is already running"), "\(fault): \(old)")
          #expect(await versions(lab) == ["7.5.3", "7.5.3", "7.5.3"], "\(fault)")
        }
        let other = lab.description.nodes[2]
        await #expect(throws: Failure.self) { try await lab.run(["cat", "/opt/Axway-7.7/only-here"], on: other) }
      }
      #expect(!TextFile.exists(directory))
    }

    @Test(
      "the tools on a node see the other nodes over the network: an export is refused while one cannot be contacted",
      .enabled("no containers here: run scripts/container-image as root") { await ground.value.obstacle == nil })
    func domain() async throws {
      try await withLab { lab in
        let (first, second) = (lab.description.nodes[0], lab.description.nodes[1])
        let password = TextFile.read(lab.description.layout.password)?.prefix { $0 != "\n" } ?? ""
        let words = [
          "/opt/Axway-7.7/apigateway/upgrade/bin/sysupgrade", "export", "--old_install_dir",
          "/opt/Axway-7.5.3/apigateway", "--anm_host", first.host, "--username", "admin", "--password",
          String(password),
        ]
        try await lab.strike(.disconnect, second)
        let failed = try await lab.run(["sh", "-c", "\"$0\" \"$@\" 2>&1; true"] + words, on: first)
        #expect(failed.contains("The Node Manager on \(second.host) cannot be contacted."), "\(failed)")
        #expect(failed.contains("Group 'Gateway Group' is inconsistent."), "\(failed)")
        try await lab.heal(.disconnect, second)
        #expect(try await lab.run(words, on: first).contains("Export completed successfully."))
        // An apply that is not the first needs the new domain, which only the first node could tell of.
        #expect(
          await DomainView(of: Installation(.new, of: second, in: lab.description)).newDomain(at: first.host) == nil)
      }
    }

    @Test(
      "a machine that does not start is told at once, with what it said, and nothing is left",
      .enabled("no containers here: run scripts/container-image as root") { await ground.value.obstacle == nil })
    func brokenProgram() async throws {
      try await withFolderOfItsOwn { folder in
        var options = LabOptions(program: "/bin/false")
        options.directory = "\(folder)/lab"
        let image = await ground.value.image
        let failure = try await #require(throws: Failure.self) {
          try await ContainerStart.up(ContainerOptions(options, engine: "podman", image: image))
        }
        #expect(failure.kind == .exit && failure.message.hasSuffix("has ended"), "\(failure)")
        #expect(!TextFile.exists("\(folder)/lab"))
      }
    }
  }
}
