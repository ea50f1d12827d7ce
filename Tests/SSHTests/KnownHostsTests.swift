import Testing

@testable import SSH

@Suite("Lines of known_hosts")
struct KnownHostsTests {
  private static let one = "AAAAC3NzaC1lZDI1NTE5AAAAIJUWV6gAvaYF4N7k5NkYQgRgAQ5cI0ICkIDMZ8SBIBTt"
  private static let two = "AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"
  private static let rsa = "AAAAB3NzaC1yc2EAAAADAQABAAAAAwEAAQ=="

  @Test(
    "match hosts as OpenSSH does",
    arguments: [
      ("node-a", "node-a", 22, true),
      ("node-a", "NODE-A", 22, true),
      ("Node-A", "node-a", 22, true),
      ("node-a", "node-ab", 22, false),
      ("node-a,10.0.0.1", "10.0.0.1", 22, true),
      ("node-?", "node-x", 22, true),
      ("node-?", "node-", 22, false),
      ("*.example.com", "a.b.example.com", 22, true),
      ("*.example.com", "example.com", 22, false),
      ("*,!node-b", "node-a", 22, true),
      ("*,!node-b", "node-b", 22, false),
      ("!node-b", "node-a", 22, false),
      ("[node-a]:2222", "node-a", 2222, true),
      ("[node-a]:2222", "node-a", 22, false),
      ("[node-a]:2222", "node-a", 2223, false),
      ("[*]:2222", "node-a", 2222, true),
      ("::1", "::1", 22, true),
      ("[::1]:2222", "::1", 2222, true),
      // As `ssh-keygen -H` made them, of `node-a` and `[node-a]:2222`.
      ("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=", "192.168.1.61", 22, true),
      ("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=", "192.168.1.62", 22, false),
      ("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=", "192.168.1.61", 22, false),
      ("|2|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=", "192.168.1.61", 22, false),
    ])
  func matching(_ names: String, _ host: String, _ port: Int, _ isMatch: Bool) {
    #expect(
      HostPattern.matches(Array(KnownHosts.name(host, port: port).utf8), names: Array(names.utf8)[...]) == isMatch)
  }

  @Test("a key for the host alone counts for another port only when it is this very key")
  func otherPort() throws {
    let known = file("node-a ssh-ed25519 \(Self.one)")
    #expect(known.verdict(on: try key(Self.one), host: "node-a", port: 2222) == .known)
    #expect(known.verdict(on: try key(Self.two), host: "node-a", port: 2222) == .unknown)
    #expect(known.keyTypes(host: "node-a", port: 2222) == ["ssh-ed25519"])
  }

  @Test("give a verdict for every case")
  func verdicts() throws {
    let known = file(
      """
      # comment
      \tnode-a  ssh-ed25519\t\(Self.one) admin@somewhere
      node-a ssh-rsa \(Self.rsa)
      node-b ssh-rsa \(Self.rsa)
      @revoked node-c ssh-ed25519 \(Self.two)
      node-c ssh-ed25519 \(Self.two)
      @cert-authority * ssh-ed25519 \(Self.two)
      @unheard-of * ssh-ed25519 \(Self.two)
      node-d ssh-ed25519 not!base64
      node-d ssh-rsa \(Self.one)
      node-d
      """)
    #expect(known.verdict(on: try key(Self.one), host: "node-a", port: 22) == .known)
    #expect(known.verdict(on: try key(Self.rsa), host: "node-a", port: 22) == .known)
    #expect(
      known.verdict(on: try key(Self.two), host: "node-a", port: 22) == .mismatch([try entry(2, "node-a", Self.one)]))
    #expect(try entry(2, "node-a", Self.one).place == "f:2")
    #expect(
      known.verdict(on: try key(Self.one), host: "node-b", port: 22) == .otherTypes([try entry(4, "node-b", Self.rsa)]))
    #expect(
      known.verdict(on: try key(Self.two), host: "node-c", port: 22)
        == .revoked(try entry(5, "node-c", Self.two, isRevoked: true)))
    #expect(
      known.verdict(on: try key(Self.two), host: "node-c", port: 2222)
        == .revoked(try entry(5, "node-c", Self.two, isRevoked: true)))
    #expect(known.verdict(on: try key(Self.one), host: "node-d", port: 22) == .unknown)
    #expect(known.keyTypes(host: "node-a", port: 22) == ["ssh-ed25519", "ssh-rsa"])
    #expect(known.keyTypes(host: "node-c", port: 22) == ["ssh-ed25519"])
  }

  @Test("with Windows' line ends are read")
  func lineEnds() throws {
    let known = file("node-a ssh-ed25519 \(Self.one)\r\nnode-b ssh-ed25519 \(Self.two)\r\n")
    #expect(known.verdict(on: try key(Self.two), host: "node-b", port: 22) == .known)
    let verdict = known.verdict(on: try key(Self.one), host: "node-b", port: 22)
    #expect(verdict == .mismatch([try entry(2, "node-b", Self.two)]))
  }

  @Test("a long pattern of stars takes no long time")
  func manyStars() {
    let name = String(repeating: "a", count: 2000)
    let start = ContinuousClock.now
    let pattern = String(repeating: "*a", count: 200) + "*b"
    #expect(!HostPattern.matches(Array(name.utf8), names: Array(pattern.utf8)[...]))
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("the fingerprint is that of ssh-keygen -l")
  func fingerprint() throws {
    #expect(try key(Self.one).fingerprint == "SHA256:RyrWwMWWS4l984SSNx17mzkDFWtR2KhWjutBP2MUrYU")
  }

  private func file(_ text: String) -> KnownHosts {
    var known = KnownHosts()
    known.add(Array(text.utf8), file: "f")
    return known
  }

  private func entry(
    _ line: Int, _ names: String, _ base64: String, isRevoked: Bool = false
  ) throws -> KnownHosts.Entry {
    KnownHosts.Entry(names: names, key: try key(base64), mark: isRevoked ? .revoked : .none, file: "f", line: line)
  }

  private func key(_ base64: String) throws -> HostKey { try #require(HostKey(base64: base64)) }
}
