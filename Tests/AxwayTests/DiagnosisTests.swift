import Axway
import Testing

@Suite("The messages of sysupgrade")
struct DiagnosisTests {
  @Test(
    "each documented message is recognised and explained",
    arguments: [
      ("ERROR: Group 'Gateway Group' is inconsistent. Upgrade requires all groups to be consistent.", "Node Manager"),
      ("ERROR: Host 'x' is not a valid host in the topology. Retry with --anm_host set to one of: a, b", "--anm_host"),
      ("ERROR: Host 'b' does not have an Admin Node Manager.", "plain node"),
      (
        "ERROR: This is a multi-node upgrade and a localhost Cassandra server: localhost:9160 has been specified.",
        "--cass_host"
      ),
      ("ERROR: A LicenseException (no license) occurred while checking licenses", "conf/licenses"),
      ("WARN: OAuth/KPS tables must be upgraded in the following external databases: x", "--skip_db_upgrade"),
      ("WARN: RBAC permissions file has been modified on old system.", "acl.json"),
      ("ERROR: Found duplicate 'apiadmin' users in KPS table", "apiadmin"),
      ("ERROR: Group 'g' contains KPS collections with Cassandra data source", "--no_cassandra"),
      (
        "Failed to sign CSR for service. None of the available Admin Node Managers have the domain private key",
        "first Admin Node Manager"
      ),
      ("java.lang.OutOfMemoryError: Java heap space", "-Xmx"),
    ])
  func known(line: String, remedy: String) {
    let reading = SysupgradeDiagnosis().reading(of: line)
    #expect(reading.meaning?.contains(remedy) == true)
    #expect(reading.isWarning == line.hasPrefix("WARN"))
  }

  @Test("any other line is left as it is, but a warning is a warning")
  func unknown() {
    #expect(SysupgradeDiagnosis().reading(of: "INFO: Group 'x' exported").meaning == nil)
    #expect(SysupgradeDiagnosis().reading(of: "  WARN: something").isWarning)
    #expect(!SysupgradeDiagnosis().reading(of: "FORWARN").isWarning)
  }
}
