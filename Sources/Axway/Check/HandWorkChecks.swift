import Upgrade

/// What was changed in an old installation by hand, judged: what the upgrade does not take over, or not as it is. Pure.
///
/// Source: the vendor's checklist for the old installation and its error reference for sysupgrade.
struct HandWorkChecks: Sendable {
  let node: Topology.Node
  let facts: NodeFacts
  /// Whether the operator upgrades external databases himself.
  var skipsDatabaseUpgrade = false

  /// All of them.
  var all: [Check] { [extLib, acl, jdbc, jvm, bootServices] }

  /// sysupgrade copies whole jars; whether they fit the new version, nobody but their author knows.
  var extLib: Check {
    let odd = facts.jars.filter { $0.state != .same }
    guard !odd.isEmpty else {
      let count = facts.jars.count
      return Check(
        .extLib, on: node.name, .pass, count == 0 ? "no jar in ext/lib" : "the new installation has all \(count) jars")
    }
    let texts = NodeFacts.Jar.State.inWords.compactMap { state, words -> String? in
      let names = odd.filter { $0.state == state }.map(\.path)
      return names.isEmpty ? nil : "\(words): \(names.listed)"
    }
    return Check(
      .extLib, on: node.name, .warn, texts.joined(separator: "; "),
      remedy: "see that each works with the new version: sysupgrade copies whole ones to the new ext/lib, leaves out "
        + "corrupt ones, and one that the product itself comes with in system/lib must not be there twice")
  }

  /// The permissions count on Admin Node Managers only.
  var acl: Check {
    guard node.nodeManager == .admin else {
      return Check(.acl, on: node.name, .skipped, "it has no Admin Node Manager, where conf/acl.json counts")
    }
    let remedy =
      "merge your changes into conf/acl.json of the new installation before apply, which does not take them over, and "
      + "cannot log in where the administrator may do that by them alone"
    switch facts.permissions {
    case .absent: return Check(.acl, on: node.name, .pass, "no conf/acl.json in the old installation")
    case .same: return Check(.acl, on: node.name, .pass, "conf/acl.json is the same in both installations")
    case .original: return Check(.acl, on: node.name, .pass, "conf/acl.json is as it was delivered")
    case .changed:
      return Check(
        .acl, on: node.name, .warn, "conf/acl.json of the old installation was changed by hand", remedy: remedy)
    case .differs:
      return Check(
        .acl, on: node.name, .warn,
        "conf/acl.json differs between the installations, and there is no original in upgrade/scripts/rbac/factory",
        remedy: remedy)
    case .unreadable:
      return Check(
        .acl, on: node.name, .warn, "conf/acl.json of the old installation cannot be read by \(facts.user)",
        remedy: "let that user read it: export copies it")
    }
  }

  /// Whether the databases hold tables of OAuth or KPS cannot be seen.
  var jdbc: Check {
    if skipsDatabaseUpgrade {
      return Check(.jdbc, on: node.name, .pass, "--skip_db_upgrade: you upgrade external databases yourself")
    }
    if !facts.drivers.isEmpty {
      return Check(.jdbc, on: node.name, .pass, "upgrade/lib has \(facts.drivers.listed)")
    }
    guard !facts.databases.isEmpty else {
      return Check(.jdbc, on: node.name, .pass, "the groups' configuration names no database")
    }
    return Check(
      .jdbc, on: node.name, .warn,
      "the groups' configuration names databases (\(facts.databases.listed)), and upgrade/lib has no JDBC jar",
      remedy: "where they hold tables of OAuth or KPS, copy the databases' JDBC jars into upgrade/lib of the new "
        + "installation, or upgrade the tables yourself and give --skip_db_upgrade")
  }

  /// The product's own `system/conf/jvm.xml` is another one in every version, so only its heap is compared.
  var jvm: Check {
    var seen: [String] = []
    if !facts.jvmFiles.isEmpty { seen.append("made by hand: \(facts.jvmFiles.listed)") }
    if let old = facts.heaps[.old], let new = facts.heaps[.new], old != new {
      seen.append("system/conf/jvm.xml has -Xmx\(old) in the old installation and -Xmx\(new) in the new one")
    }
    guard !seen.isEmpty else {
      return Check(
        .jvm, on: node.name, .pass,
        "no jvm.xml made by hand"
          + (facts.heaps[.old].map { ", -Xmx\($0) in both installations" }.flatMap {
            facts.heaps[.new] == nil ? nil : $0
          } ?? ""))
    }
    return Check(
      .jvm, on: node.name, .warn, seen.joined(separator: "; "),
      remedy: "export takes over those of instances, and nothing of system/conf/jvm.xml: see which settings the new "
        + "version still needs, and set them there")
  }

  /// They are to be changed after the upgrade, not before: until then a node that restarts needs the old ones.
  var bootServices: Check {
    guard !facts.bootFiles.isEmpty else {
      return Check(.bootServices, on: node.name, .pass, "nothing starts the old installation at boot")
    }
    return Check(
      .bootServices, on: node.name, .warn, "the old installation is started at boot by \(facts.bootFiles.listed)",
      remedy: "leave them until the upgrade is done, then have them start the new one")
  }
}

extension NodeFacts.Jar.State {
  /// What is said of the jars in each state, the worst first.
  fileprivate static let inWords: [(NodeFacts.Jar.State, String)] = [
    (.corrupt, "corrupt, so not copied"), (.unreadable, "cannot be read"),
    (.shipped, "the new version comes with one of that name"), (.differs, "another one in the new installation"),
    (.missing, "not in the new installation"),
  ]
}
