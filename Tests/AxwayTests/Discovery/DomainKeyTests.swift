import Foundation
import Testing
import Upgrade

@testable import Axway

@Suite("The domain's key")
struct DomainKeyTests {
  /// Looks into `folder` with the real shell; as nobody where that is asked for.
  private static func look(_ folder: String, asNobody: Bool = false) throws -> DomainKey.Standing {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let line = try DomainKey.look(in: folder).invocation(with: [:]).text
    process.arguments = asNobody ? ["-c", "exec sudo -n -u nobody /bin/sh -c \"$1\"", "x", line] : ["-c", line]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return DomainKey.standing(String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init))
  }

  @Test("it is held, absent, hidden from the user, or there is no installation: each is told from the others")
  func standings() throws {
    let folder = "/tmp/zdu-key-\(UUID().uuidString)/$(touch x) 'y\" z"
    let keys = "\(folder)/apigateway/groups/certs/private"
    defer { try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent) }
    #expect(try Self.look(folder) == .noInstallation)
    try FileManager.default.createDirectory(atPath: "\(folder)/apigateway", withIntermediateDirectories: true)
    #expect(try Self.look(folder) == .absent)
    try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
    #expect(try Self.look(folder) == .absent)
    try "".write(toFile: "\(keys)/domain.p12", atomically: true, encoding: .utf8)
    #expect(try Self.look(folder) == .held)
    guard geteuid() == 0 else { return }
    chmod("\(folder)/apigateway/groups/certs", 0o700)
    #expect(try Self.look(folder, asNobody: true) == .denied("\(folder)/apigateway/groups/certs"))
  }

  @Test("the one that holds it goes first; where it is on several, on none or not known, a note says what to do")
  func conclusions() {
    let both = ["A", "C"]
    func conclude(_ standings: [String: DomainKey.Standing], _ admins: [String]? = nil) -> (String?, String) {
      let nodes = (admins ?? both).map { Topology.Node(name: $0, host: $0, nodeManager: .admin, instances: []) }
      let (first, notes) = DomainKey.conclusion(nodes, standings, folder: "/o")
      return (first, notes.joined(separator: "\n"))
    }
    #expect(conclude(["A": .absent, "C": .held]) == ("C", "'C' holds the domain's key: it goes first"))
    #expect(conclude(["A": .unknown("why"), "C": .held]).1.contains("('A' could not be asked: why)"))
    #expect(conclude(["A": .held, "C": .held]).0 == "A")
    #expect(conclude(["A": .held, "C": .held]).1.contains("on A, C"))
    let none = conclude(["A": .noInstallation, "C": .denied("/o/x")])
    #expect(none.0 == nil && none.1.contains("/o/apigateway/groups/certs/private/domain.p12, and put it before"))
    #expect(none.1.contains("'A' has no such installation") && none.1.contains("may not look into /o/x on 'C'"))
    #expect(conclude([:]).1.contains("the nodes were not asked"))
    #expect(conclude([:], ["A"]) == ("A", ""))
    #expect(conclude(["A": .absent], ["A"]).1.contains("'A' has no /o/apigateway"))
  }

  @Test("an answer that is none is not taken for one")
  func strange() {
    #expect(DomainKey.standing([]) == .unknown("it says ''"))
    #expect(DomainKey.standing(["motd", "held", "bash: warning: setlocale"]) == .held)
    #expect(DomainKey.standing(["This account is locked"]) == .unknown("it says 'This account is locked'"))
  }
}
