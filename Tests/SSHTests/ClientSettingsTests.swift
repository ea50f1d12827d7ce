import CommandHandlers
import FoundationEssentials
import Glibc
import SSH
import Testing

@Suite("What the operator's ssh would do for a host")
struct ClientSettingsTests {
  @Test("the answer of ssh -G is read")
  func whole() {
    let settings = ClientSettings(
      """
      user admin
      hostname 10.1.2.3
      port 2200
      identitiesonly yes
      identityagent none
      identityfile ~/.ssh/gateways key
      identityfile /etc/keys/%h
      certificatefile ~/.ssh/id-cert.pub
      userknownhostsfile "/home/me/known hosts" ~/.ssh/known_hosts2
      globalknownhostsfile /etc/ssh/ssh_known_hosts none
      hostkeyalias gw-1
      proxyjump me@bastion:2222,inner
      connecttimeout 7
      stricthostkeychecking accept-new
      serveraliveinterval 20
      compression yes
      """)
    #expect(settings.user == "admin" && settings.hostName == "10.1.2.3" && settings.port == 2200)
    #expect(settings.areIdentitiesOnly && settings.identityAgent == "none")
    #expect(settings.identityFiles == ["~/.ssh/gateways key", "/etc/keys/%h"])
    #expect(settings.certificateFiles == ["~/.ssh/id-cert.pub"])
    #expect(
      settings.knownHostsFiles == ["/home/me/known hosts", "~/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts"])
    #expect(settings.hostKeyAlias == "gw-1" && settings.proxyJump == ["me@bastion:2222", "inner"])
    #expect(settings.connectTimeout == 7 && settings.serverAliveInterval == 20 && settings.isCompressed)
    #expect(settings.strictHostKeyChecking == "accept-new" && settings.proxyCommand == nil)
  }

  @Test("what is not said is nothing, and what makes no sense is not taken")
  func empty() {
    let settings = ClientSettings(
      "connecttimeout none\nport x\nproxycommand none\nproxyjump none\nidentityagent SSH_AUTH_SOCK")
    #expect(settings.connectTimeout == nil && settings.port == nil && settings.proxyCommand == nil)
    #expect(settings.proxyJump.isEmpty && settings.identityAgent == nil && settings.knownHostsFiles.isEmpty)
    #expect(!settings.areIdentitiesOnly && !settings.isCompressed && settings.identityFiles.isEmpty)
  }

  @Test(
    "a name that would mean something to the shell of a ProxyCommand, or be an option, makes none",
    arguments: ["$(id)", "a;b", "a b", "`id`", "-oProxyCommand=x", "a\nb", "a'b", "a|b", "a>b", "a&b", "a\\b"])
  func hostile(_ name: String) {
    func tokens(host: String = "gw-1", user: String = "me") -> ClientTokens {
      ClientTokens(name: host, host: host, port: 22, user: user, home: "/home/me", localUser: "me")
    }
    let line = "nc -X 5 %h %p 2>/dev/null; : %r %n 100%%"
    #expect(tokens().shellLine(line) == "nc -X 5 gw-1 22 2>/dev/null; : me gw-1 100%")
    #expect(tokens(host: "fe80::1%eth0").shellLine(line) != nil)
    #expect(tokens(host: name).shellLine(line) == nil && tokens(user: name).shellLine(line) == nil)
    #expect(tokens(user: name).shellLine("nc %h %p") == "nc gw-1 22", "it does not stand in it")
  }

  @Test("what is started to reach a host sees no variable that carries a secret")
  func withheld() async throws {
    try await withScratchFolder(named: "withheld") { folder in
      setenv("ZDU_TEST_SECRET", "s3cret", 1)
      defer { unsetenv("ZDU_TEST_SECRET") }
      let (tell, config) = ("\(folder)/tell", "\(folder)/config")
      let lines = ["cd \(folder)", "printf %s \"${ZDU_TEST_SECRET-none}\" > $1", "mv $1 $1.done"]
      try lines.joined(separator: "\n").write(toFile: tell, atomically: false, encoding: .utf8)
      try "Match exec \"sh \(tell) client\"\n  Port 2222\n".write(toFile: config, atomically: false, encoding: .utf8)
      let client = try #require(OpenSSHClient(configFile: config, withholding: ["ZDU_TEST_SECRET"]))
      #expect(try await client.settings(for: "gw-1").port == 2222)
      var target = SSHTarget(host: "gw-1", user: "me", knownHostsFiles: [])
      target.password = SSHSecret("unused")
      target.proxy = ProxyProcess.proxy("sh \(tell) proxy", withholding: ["ZDU_TEST_SECRET"])
      let error = await failure { _ = try await SSHSession.connect(to: target) }
      #expect(error?.kind == .handshake, "its end is the connection's, which is not waited for")
      for file in ["client", "proxy"] {
        try await eventually { access("\(folder)/\(file).done", F_OK) == 0 }
        #expect(try String(contentsOfFile: "\(folder)/\(file).done", encoding: .utf8) == "none")
      }
    }
  }
}
