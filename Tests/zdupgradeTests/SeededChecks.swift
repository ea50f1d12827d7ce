import Lab

/// What a lab is spoilt with, one thing at a time, and what `check` must say of each.
enum SeededChecks {
  /// What is seeded, on which node, and the checks that are to find it: `NODE CHECK RESULT`, each with a part of what is seen.
  static let all: [(SeededProblem, String, [(check: String, seen: String)])] = [
    (.noLicence, "Node-B", [("Node-B licences fail", "no licence file in conf/licenses")]),
    (.emptyLicence, "Node-A", [("Node-A licences fail", "gateway.lic is empty")]),
    (.programNotExecutable, "Node-C", [("Node-C installations fail", "posix/bin/startinstance is missing or may not")]),
    (
      .olderVersion, "Node-B",
      [("all same-versions fail", "7.4.1 on Node-B"), ("Node-B versions fail", "7.5.3 -> 7.4.1")]
    ),
    (.otherServicePack, "Node-B", [("all same-versions warn", "7.7 SP2 on Node-B")]),
    (.extraJar, "Node-B", [("Node-B ext-lib warn", "not in the new installation: ext/lib/custom filter.jar")]),
    (.corruptJar, "Node-B", [("Node-B ext-lib warn", "corrupt, so not copied: ext/lib/broken.jar")]),
    (.changedPermissions, "Node-C", [("Node-C acl warn", "was changed by hand")]),
    (
      .database, "Node-A",
      [("Node-A jdbc warn", "(jdbc:mysql), and upgrade/lib has no JDBC jar"), ("Node-B jdbc warn", "jdbc:mysql")]
    ),
    (.largerHeap, "Node-B", [("Node-B jvm warn", "-Xmx4096m in the old installation and -Xmx1024m in the new")]),
    (.otherConfiguration, "Node-B", [("all group-consistency warn", "'Gateway Group' (group-2): Node-A and Node-B")]),
    (
      .instanceDown, "Node-B",
      [("Node-B old-processes fail", "'Gateway-2' of 'Gateway Group' is not running"), ("Node-B health fail", "http")]
    ),
    (
      .newProcess, "Node-B",
      [
        ("Node-B old-processes fail", "the old Node Manager is not running"),
        ("Node-B new-processes fail", "the new Node Manager is running"),
      ]
    ),
    (.sysupgradeExported, "Node-C", [("Node-C sysupgrade warn", "'export complete'")]),
    (.sysupgradeApplied, "Node-B", [("Node-B sysupgrade fail", "was applied before")]),
    (.fullDisk, "Node-B", [("Node-B export-space fail", "0 KiB free in ")]),
    (.wrongClock, "Node-C", [("Node-C clock fail", "600 s behind this machine's")]),
    (
      .cassandraDown, "Node-A",
      ["Node-A", "Node-B", "Node-C"].map {
        ("\($0) cassandra fail", "is not reached from the node: Connection refused")
      }
    ),
    (.sshDown, "Node-B", [("Node-B ssh fail", "not reachable")]),
    (.unknownHostKey, "Node-B", [("Node-B ssh fail", "its host key is not in ")]),
    (.noSudo, "Node-B", [("Node-B user fail", "commands cannot be run as 'zdu-no-such-user'")]),
    (.wrongHost, "Node-B", [("all topology fail", "Node-B: the domain has no host 'elsewhere.lab'")]),
    (.lock, "Node-B", [("Node-B lock fail", "run 20200913T122640.000Z-5eed of operator@elsewhere.lab (process 4711)")]),
    (.leftover, "Node-B", [("Node-B leftovers warn", "1 command of run 20200913T122640.000Z-5eed")]),
    (.outOfBalancer, "Node-B", [("Node-B load-balancer fail", "has it disabled")]),
    (
      .balancerDown, "Node-A",
      ["Node-A", "Node-B", "Node-C"].map { ("\($0) load-balancer warn", "sees it down") } + [
        ("all capacity fail", "nobody serves 'Gateway Group'"), ("all capacity fail", "nobody serves 'GatewayManager"),
      ]
    ),
    (
      .noSignal, "Node-A",
      ["Node-A", "Node-B", "Node-C"].flatMap {
        [("\($0) load-balancer warn", "sees it down"), ("\($0) healthchecklb fail", "answers neither 200 nor 503")]
      } + [
        ("all capacity fail", "nobody serves 'Gateway Group'"), ("all capacity fail", "nobody serves 'GatewayManager"),
      ]
    ),
  ]
}
