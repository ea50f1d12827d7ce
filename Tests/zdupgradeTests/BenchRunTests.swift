import Testing

extension UpgradeRunTests {
  @Test("zdulab bench E runs an upgrade of three nodes, and says how much of its time is zdupgrade's own")
  func ownTime() async throws {
    let result = try await Program.run("\(Program.folder)/zdulab", ["bench", "E"])
    try #require(result.code == 0, "\(result.errors)")
    let words = result.output.split(whereSeparator: \.isWhitespace)
    #expect(words.first == "RESULT")
    var figures: [String: Double] = [:]
    for word in words.dropFirst() {
      let parts = word.split(separator: "=")
      figures[String(parts[0])] = Double(parts[1])
    }
    func figure(_ name: String) throws -> Double { try #require(figures[name], "\(result.output)") }
    #expect(try figure("ok") > 30 && figure("ok") == figure("total"))
    let parts = try ["own_s", "commands_s", "waits_s"].map(figure)
    #expect(parts.allSatisfy { $0 > 0 })
    #expect(try abs(parts.reduce(0, +) - figure("wall_s")) < 0.01)
  }
}
