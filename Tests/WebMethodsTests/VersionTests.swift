import Testing
import Upgrade
import WebMethods

@Suite("Versions of gateways")
struct VersionTests {
  @Test("versions are compared by their numbers")
  func order() throws {
    let texts = ["10.5", "10.7", "10.7.0.1", "10.11", "10.15", "10.15.0.3", "11.0", "11.1"]
    let versions = try texts.map { try #require(GatewayVersion($0)) }
    #expect(versions.shuffled().sorted() == versions)
    #expect(versions.map(\.description) == texts)
    #expect(GatewayVersion("10.15.0") == .v10_15 && GatewayVersion("10.15")?.isSameRelease(as: versions[5]) == true)
  }

  @Test(
    "anything else is no version",
    arguments: ["", "10", "10.", ".7", "10.x", "10.7-rc", "1.2.3.4.5.6.7", "١٠.٧", "10.99999999999999999999", " 10.7"])
  func wrong(text: String) { #expect(GatewayVersion(text) == nil) }

  @Test(
    "which version can be upgraded to which",
    arguments: [
      ("10.7", "10.11", nil), ("10.11", "10.15", nil), ("10.15.0.3", "11.0", nil), ("10.7", "11.0", nil),
      ("10.5.0.9", "10.7", nil), ("auto", "auto", nil), ("auto", "11.0.0.2", nil),
      ("10.15", "11.1", "version 11.1 is upgraded to in another way: from 11.1 on by a backup of the repository"),
      ("auto", "12.0", "version 12.0 is upgraded to in another way: from 11.1 on by a backup of the repository"),
      (
        "10.5.0.8", "10.15",
        "version 10.5.0.8 has no operations for an upgrade without downtime; 10.7 is the first, or 10.5 with fix 9"
      ),
      (
        "9.12", "auto",
        "version 9.12 has no operations for an upgrade without downtime; 10.7 is the first, or 10.5 with fix 9"
      ),
      ("10.7", "10.5", "version 10.5 has no operations for an upgrade without downtime; 10.7 is the first"),
      ("10.15", "10.11", "version 10.11 is older than 10.15"),
      ("10.15", "10.15.0.3", "from 10.15 to 10.15.0.3 is a fix of the same release, not a new major version"),
      ("11.1", "auto", "version 11.1 is upgraded in another way: from 11.1 on by a backup of the repository"),
    ] as [(String, String, String?)])
  func major(old: String, new: String, problem: String?) {
    #expect(
      Self.problem { () throws(Failure) in
        try VersionRules.checkMajor(old: GatewayVersion(old), new: GatewayVersion(new))
      } == problem)
  }

  @Test(
    "a minor upgrade stays within a release",
    arguments: [
      ("10.15", "10.15.0.3", nil), ("10.15.0.1", "auto", nil), ("auto", "auto", nil), ("10.7", "10.7", nil),
      ("10.15", "11.0", "from 10.15 to 11.0 is no fix of the same release"),
      ("10.15.0.3", "10.15.0.1", "version 10.15.0.1 is older than 10.15.0.3"),
      ("10.5.0.9", "auto", "version 10.5.0.9 has no minor upgrade without downtime; 10.7 is the first"),
    ] as [(String, String, String?)])
  func minor(old: String, new: String, problem: String?) {
    #expect(
      Self.problem { () throws(Failure) in
        try VersionRules.checkMinor(old: GatewayVersion(old), new: GatewayVersion(new))
      } == problem)
  }

  private static func problem(_ check: () throws(Failure) -> Void) -> String? {
    do {
      try check()
      return nil
    } catch { return error.message }
  }

  @Test(
    "a URL is written in one way",
    arguments: [
      ("http://GW.Example", "http://gw.example:80"), ("https://gw/", "https://gw:443"),
      ("https://gw:5543/rest/apigateway/", "https://gw:5543"), ("http://[::1]:5555", "http://[::1]:5555"),
      ("http://10.0.0.1:5555/a/b//", "http://10.0.0.1:5555/a/b"), ("http://gw:05555", "http://gw:5555"),
    ])
  func url(text: String, written: String) { #expect(GatewayURL(text)?.description == written) }

  @Test(
    "what is no URL of a gateway is not taken for one",
    arguments: [
      "", "gw:5555", "ftp://gw", "http://", "http://u:p@gw", "http://gw:0", "http://gw:99999", "http://gw:",
      "http://g w",
      "http://gw/?a", "http://gw/#a", "http://gw/ä", "http://[::1", "http://[]:1", "http://gw:5555:6", "http://gw/\n",
    ])
  func noURL(text: String) { #expect(GatewayURL(text) == nil) }
}
