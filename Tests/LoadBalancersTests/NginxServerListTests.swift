import Testing

@testable import LoadBalancers

@Suite("NginxServerList")
struct NginxServerListTests {
  @Test(
    "down goes behind the last parameter, and taking it away gives back the same bytes",
    arguments: [
      ("server 10.0.0.1:80;", "server 10.0.0.1:80 down;"),
      ("  server  10.0.0.1:80 ;\n", "  server  10.0.0.1:80 down ;\n"),
      ("server 10.0.0.1:80 weight=5 max_fails=0; # first", "server 10.0.0.1:80 weight=5 max_fails=0 down; # first"),
      ("server\t10.0.0.1:80\n  resolve\n  ;\r\n", "server\t10.0.0.1:80\n  resolve down\n  ;\r\n"),
      ("server 10.0.0.1:80 # the first\n;", "server 10.0.0.1:80 down # the first\n;"),
      ("server \"10.0.0.1:80\";", "server \"10.0.0.1:80\" down;"),
      (
        "server 10.0.0.2:80;server 10.0.0.1:80;server 10.0.0.3:80;",
        "server 10.0.0.2:80;server 10.0.0.1:80 down;server 10.0.0.3:80;"
      ),
      ("upstream u { zone z 64k; server 10.0.0.1:80 ; }", "upstream u { zone z 64k; server 10.0.0.1:80 down ; }"),
      (
        "# server 10.0.0.1:80;\nserver 10.0.0.1:80; # größe; server x;\n",
        "# server 10.0.0.1:80;\nserver 10.0.0.1:80 down; # größe; server x;\n"
      ),
      ("server 10.0.0.1:80; server 10.0.0.1:80 backup;", "server 10.0.0.1:80 down; server 10.0.0.1:80 backup down;"),
    ])
  func roundTrip(up: String, down: String) {
    #expect(edited(up, "10.0.0.1:80", isDown: true) == down)
    #expect(edited(down, "10.0.0.1:80", isDown: false) == up)
    #expect(edited(down, "10.0.0.1:80", isDown: true) == down)
    #expect(edited(up, "10.0.0.1:80", isDown: false) == up)
    #expect(NginxServerList(Array(down.utf8)).servers.allSatisfy { $0.isDown == $0.isMeant(by: "10.0.0.1:80") })
  }

  @Test(
    "down anywhere among the parameters is found and taken away",
    arguments: [
      ("server a:1 down weight=5;", "server a:1 weight=5;"),
      ("server a:1 down down;", "server a:1;"),
      ("server a:1 # why\ndown;", "server a:1 # why\n;"),
      ("server a:1 # why\n  down  backup;", "server a:1 # why\n  backup;"),
    ])
  func taken(down: String, up: String) { #expect(edited(down, "a:1", isDown: false) == up) }

  @Test(
    "what only looks like a server line is left alone",
    arguments: [
      "#server a:1;", "server { listen a:1; }", "server_name a:1;", "server;", "server a:1", "x server a:1;",
      "log_format m 'server a:1;';", "set $x ${server};", "server a:10;", "server a:1x weight=1;",
    ])
  func notServers(text: String) { #expect(edited(text, "a:1", isDown: true) == text) }

  @Test("a parameter that only contains down does not make a line down")
  func otherWords() {
    let list = NginxServerList(Array("server down:1; server a:1 route=down; server b:1 'down';".utf8))
    #expect(list.servers.map(\.isDown) == [false, false, false])
    #expect(list.servers.map(\.address) == ["down:1", "a:1", "b:1"])
  }

  @Test("bytes that are no UTF-8, and line ends of any kind, stay as they are")
  func bytes() {
    let text: [UInt8] = [0x23, 0xff, 0xfe, 0x0d, 0x0a] + Array("server a:1;\r".utf8) + [0xc3]
    let down = NginxServerList(text).setting("a:1", isDown: true)
    #expect(down == [0x23, 0xff, 0xfe, 0x0d, 0x0a] + Array("server a:1 down;\r".utf8) + [0xc3])
    #expect(NginxServerList(down).setting("a:1", isDown: false) == text)
  }

  @Test(
    "a name means the whole address, or its host when it has no port itself",
    arguments: [
      ("10.0.0.1:80", "10.0.0.1:80", true), ("10.0.0.1:80", "10.0.0.1", true), ("10.0.0.1", "10.0.0.1", true),
      ("10.0.0.1:80", "10.0.0.1:8", false), ("10.0.0.1:80", "10.0.0", false), ("10.0.0.1", "10.0.0.1:80", false),
      ("10.0.0.1:80", "10.0.0.1:81", false), ("10.0.0.11:80", "10.0.0.1", false),
      ("[fd00::1]:80", "[fd00::1]:80", true), ("[fd00::1]:80", "[fd00::1]", true), ("[fd00::1]:80", "fd00::1", true),
      ("[fd00::1]", "[fd00::1]", true), ("[fd00::1]", "fd00::1", true), ("[fd00::1]:80", "[fd00:", false),
      ("[fd00::1]", "[fd00:", false), ("unix:/run/a.sock", "unix:/run/a.sock", true),
      ("unix:/run/a.sock", "unix", false),
      ("größe.example:80", "größe.example", true),
    ])
  func meaning(address: String, name: String, isMeant: Bool) throws {
    let server = try #require(NginxServerList(Array("server \(address);".utf8)).servers.first)
    #expect(server.isMeant(by: name) == isMeant)
  }

  private func edited(_ text: String, _ name: String, isDown: Bool) -> String {
    String(decoding: NginxServerList(Array(text.utf8)).setting(name, isDown: isDown), as: UTF8.self)
  }
}

@Suite("NginxProcesses")
struct NginxProcessesTests {
  @Test("a reload is over when new workers serve and no old one takes requests")
  func replaced() throws {
    let before = try #require(NginxProcesses("boot 1000 100\nserving 10 50\nending 9 20\nstarting 11 60\n"))
    #expect(before.all.map(\.text).sorted() == ["10:50", "11:60", "9:20"])
    for (text, isReplaced) in [
      ("serving 10 50\nserving 12 70", false), ("ending 10 50", false), ("ending 10 50\nserving 12 70", true),
      ("serving 12 70", true), ("serving 12 70\nstarting 11 60", false), ("ending 10 50\nstarting 12 70", false),
      ("ending 10 50\nserving 10 70", true), ("", false),
    ] {
      let after = try #require(NginxProcesses("boot 1000 100\n\(text)"))
      #expect(after.haveReplaced(before.all) == isReplaced, "\(text)")
    }
  }

  @Test("workers are newer than a file only when all of them began in a later second")
  func newer() throws {
    let processes = try #require(NginxProcesses("boot 1000 100\nserving 10 5000\nserving 11 5199\nending 9 1\n"))
    #expect(processes.areNewer(than: 1049) && !processes.areNewer(than: 1050))
    #expect(try #require(NginxProcesses("boot 1000 100\nending 9 1\n")).areNewer(than: 0) == false)
  }

  @Test(
    "what is no list of processes is not read as one",
    arguments: ["", "serving 1 2", "boot 1 0", "boot 1 100\nserving x 2"])
  func garbage(text: String) { #expect(NginxProcesses(text) == nil) }
}
