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
}
