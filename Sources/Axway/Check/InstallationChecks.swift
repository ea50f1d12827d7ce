import Upgrade

/// The two installations of a node and what they need of it, judged. Pure.
struct InstallationChecks: Sendable {
  /// What `managedomain --version` printed for each installation; an empty text where it failed.
  typealias Versions = [CommandBuilder.Installation: String]

  let node: Topology.Node
  let facts: NodeFacts
  let versions: Versions

  /// sysupgrade's own logs, and what else runs on the disk.
  private static let reserve = 64 << 10
  /// Of the lock, and of what the steps print.
  private static let homeReserve = 16 << 10

  /// All of them.
  var all: [Check] { [version, licences, exportSpace, homeSpace] }

  /// The version that each installation says it has; nil where it says none.
  static func parsed(_ versions: Versions) -> (old: ProductVersion?, new: ProductVersion?) {
    (versions[.old].flatMap(ProductVersion.init(printed:)), versions[.new].flatMap(ProductVersion.init(printed:)))
  }

  private var version: Check {
    let (old, new) = Self.parsed(versions)
    guard let old, let new else {
      let missing = [("old", old), ("new", new)].filter { $0.1 == nil }.map(\.0).joined(separator: " and ")
      return Check(
        .versions, on: node.name, .warn, "managedomain --version says no version of the \(missing) installation",
        remedy: "run posix/bin/managedomain --version of it on the node by hand, and see that it is the wanted one")
    }
    let text = "\(old.text) -> \(new.text)"
    guard old.numbers.lexicographicallyPrecedes(new.numbers) else {
      return Check(
        .versions, on: node.name, .fail, "\(text): the new version is not newer than the old one",
        remedy: "check --old_install_dir and --new_install_dir; an update within a version is not done by sysupgrade")
    }
    return Check(.versions, on: node.name, .pass, text)
  }

  /// Whether they are valid, for this version and host, only the product can tell; it does so in UPGRADE.
  private var licences: Check {
    let good = facts.licences.filter { $0.state == "there" }.map(\.name)
    let bad = facts.licences.filter { $0.state != "there" }.map { "\($0.name) is \($0.state)" }
    let remedy = "put the licence files (*.lic) for the new version into conf/licenses of the new installation"
    guard !good.isEmpty else {
      let seen = bad.isEmpty ? "no licence file in conf/licenses of the new installation" : bad.listed
      return Check(.licences, on: node.name, .fail, seen, remedy: remedy)
    }
    guard bad.isEmpty else {
      return Check(.licences, on: node.name, .warn, "\(bad.listed); there: \(good.listed)", remedy: remedy)
    }
    return Check(.licences, on: node.name, .pass, good.listed)
  }

  private var exportSpace: Check {
    guard let room = facts.exportRoom, let size = facts.configurationSize, let free = room.free else {
      return Check(
        .exportSpace, on: node.name, .warn, "it cannot be seen how much room there is",
        remedy: "see by hand that upgrade/bin/out of the new installation has room for three times the configuration")
    }
    guard room.isWritable else {
      return Check(
        .exportSpace, on: node.name, .fail, "\(facts.user) may not write into \(room.path), where export writes",
        remedy: "let that user write there, or have commands run as the installation's owner (ssh.user, ssh.become)")
    }
    let seen =
      "\(ByteText.kibibytes(free)) free in \(room.path); the old configuration takes \(ByteText.kibibytes(size)), and "
      + "export, upgrade and apply each write it once"
    let remedy = "make room on that disk"
    if free < size + Self.reserve { return Check(.exportSpace, on: node.name, .fail, seen, remedy: remedy) }
    if free < 3 * size + Self.reserve { return Check(.exportSpace, on: node.name, .warn, seen, remedy: remedy) }
    return Check(.exportSpace, on: node.name, .pass, seen)
  }

  private var homeSpace: Check {
    guard let room = facts.homeRoom, let free = room.free else {
      return Check(
        .homeSpace, on: node.name, .fail, "\(facts.user) has no home folder on the node",
        remedy: "give that user one: locks and what the steps print are kept in ~/.zdupgrade")
    }
    guard room.isWritable else {
      return Check(
        .homeSpace, on: node.name, .fail, "\(facts.user) may not write into the home folder \(room.path)",
        remedy: "let that user write there: locks and what the steps print are kept in ~/.zdupgrade")
    }
    guard free >= Self.homeReserve else {
      return Check(
        .homeSpace, on: node.name, .fail,
        "\(ByteText.kibibytes(free)) free in \(room.path), \(ByteText.kibibytes(Self.homeReserve)) must be",
        remedy: "make room on that disk: locks and what the steps print are kept in ~/.zdupgrade")
    }
    return Check(.homeSpace, on: node.name, .pass, "\(ByteText.kibibytes(free)) free in \(room.path)")
  }
}

/// Amounts of storage in words.
enum ByteText {
  /// So many KiB, as `512 KiB`, `1.5 GiB`.
  static func kibibytes(_ amount: Int) -> String {
    var (value, unit) = (Double(amount), 0)
    let units = ["KiB", "MiB", "GiB", "TiB"]
    while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 || value >= 100
      ? "\(Int(value.rounded())) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
