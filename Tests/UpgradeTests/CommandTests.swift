import Testing
import Upgrade

@Suite("Commands are data")
struct CommandTests {
  @Test(
    "any string becomes one word of data",
    arguments: [
      ("plain-1.2/x_y@z%a+b=c:d,e", "plain-1.2/x_y@z%a+b=c:d,e"),
      ("", "''"),
      ("a b", "'a b'"),
      ("$(touch x)", "'$(touch x)'"),
      ("it's", #"'it'\''s'"#),
      ("a\nb", "'a\nb'"),
      ("~root", "'~root'"),
      ("-x", "-x"),
      ("Ürümqi", "'Ürümqi'"),
      ("`id`;|&<>*?[]{}!#\\\"", "'`id`;|&<>*?[]{}!#\\\"'"),
    ])
  func quoting(text: String, word: String) {
    #expect(ShellQuoting.quote(text) == word)
  }

  @Test("a command is shown as the vendor's two lines and pasted as one")
  func lines() {
    let command = Command(in: "/opt/My Axway", "/opt/My Axway/sysupgrade", "export", "--anm_host", "$(x)")
    #expect(command.lines == ["cd '/opt/My Axway'", "'/opt/My Axway/sysupgrade' export --anm_host '$(x)'"])
    #expect(command.line == "cd '/opt/My Axway' && '/opt/My Axway/sysupgrade' export --anm_host '$(x)'")
  }

  @Test("a secret is read by the remote shell from standard input and is never in the text")
  func secrets() throws {
    let command = Command(
      in: "/opt",
      words: [
        .text("/opt/x"), .text("--p"), .secret(.password), .text("--d"), .secret(.domainPassphrase), .text("--again"),
        .secret(.password),
      ])
    let values: [SecretName: Secret] = [.password: Secret("a'b $c"), .domainPassphrase: Secret("")]
    let invocation = try command.invocation(with: values)
    #expect(
      invocation.text
        == "IFS= read -r zdu_password && IFS= read -r zdu_domain_passphrase && cd /opt && /opt/x --p \"$zdu_password\" "
        + "--d \"$zdu_domain_passphrase\" --again \"$zdu_password\"")
    #expect(String(decoding: invocation.standardInput, as: UTF8.self) == "a'b $c\n\n")
    #expect(!"\(invocation)".contains("a'b"))
  }

  @Test("a command whose secret is missing is refused")
  func missingSecret() {
    #expect(throws: Failure.self) { try Command(words: [.text("/x"), .secret(.password)]).invocation(with: [:]) }
  }

  @Test("a secret prints as redacted, however it is printed")
  func redaction() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(["key": secret], to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] { #expect(!text.contains("hunter2")) }
  }

  @Test("a script takes its data as parameters")
  func script() {
    let command = Command.script("echo \"$1\"", ["$(touch x)"])
    #expect(command.line == #"/bin/sh -c 'echo "$1"' zdupgrade '$(touch x)'"#)
  }
}
