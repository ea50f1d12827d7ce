import Upgrade

/// The domain's private key, by which the first Admin Node Manager is known: it alone can sign what `apply` asks for.
///
/// Source: the vendor's documentation of `managedomain` and of `sysupgrade apply` (`groups/certs/private/domain.p12`).
public enum DomainKey {
  /// Where it is in the `apigateway` folder.
  public static let path = "groups/certs/private/domain.p12"

  /// How it stands with the key on one node.
  public enum Standing: Sendable, Hashable {
    /// It is there.
    case held
    /// It is not.
    case absent
    /// There is no installation in that folder.
    case noInstallation
    /// The user may not look into this folder.
    case denied(String)
    /// The node could not be asked, for this reason.
    case unknown(String)
  }

  /// Looks for the key in the installation at `folder`; read-only.
  public static func look(in folder: String) -> Command { Command.script(script, [folder, path]) }

  /// A folder that may not be searched has nothing in it as far as `-e` is concerned, so each is looked at.
  private static let script = """
    folder=$1/apigateway
    [ -d "$folder" ] || { echo none; exit 0; }
    rest=$2
    while :; do
      [ -x "$folder" ] || { echo "denied $folder"; exit 0; }
      part=${rest%%/*}
      [ "$part" = "$rest" ] && break
      folder=$folder/$part
      rest=${rest#*/}
      [ -d "$folder" ] || { echo absent; exit 0; }
    done
    if [ -e "$folder/$rest" ]; then echo held; else echo absent; fi
    """

  /// What `lines`, the command's output, say.
  public static func standing(_ lines: [String]) -> Standing {
    for line in lines.reversed() {  // a shell may have its own words before or behind it
      switch line {
      case "held": return .held
      case "absent": return .absent
      case "none": return .noInstallation
      case _ where line.hasPrefix("denied "): return .denied(String(line.dropFirst("denied ".count)))
      default: continue
      }
    }
    return .unknown("it says '\(lines.last ?? "")'")
  }

  /// Which of `admins`, the nodes with an Admin Node Manager, is the first one of the domain; nil where that does not follow.
  ///
  /// - Parameters:
  ///   - standings: by the nodes' names.
  ///   - folder: the old installation of the nodes that have none of their own, for messages; nil where it was not given.
  public static func conclusion(
    _ nodes: [Topology.Node], _ standings: [String: Standing], folder: String?
  ) -> (first: String?, notes: [String]) {
    let files = nodes.reduce(into: [:]) { files, node in
      files[node.name] = "\(node.oldInstallDir ?? folder ?? "OLD_INSTALL_DIR")/apigateway/\(path)"
    }
    let admins = nodes.map(\.name)
    let holders = admins.filter { standings[$0] == .held }
    let reasons = admins.compactMap { name in
      standings[name].flatMap { $0 == .absent && !holders.isEmpty ? nil : reason($0, name, files[name] ?? path) }
    }
    if let first = holders.first {
      let unasked = reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))"
      guard holders.count > 1 else { return (first, ["'\(first)' holds the domain's key: it goes first\(unasked)"]) }
      return (
        first,
        [
          "the domain's key is on \(holders.listed); '\(first)' goes first. Put another one of them first in 'nodes' "
            + "if that is the one that signs certificates\(unasked)"
        ]
      )
    }
    guard admins.count > 1 else {
      return (
        admins.first, reasons.isEmpty ? [] : ["of the only Admin Node Manager: \(reasons.joined(separator: "; "))"]
      )
    }
    let places = Set(files.values)
    let file = places.count == 1 ? places.first ?? path : "OLD_INSTALL_DIR/apigateway/\(path)"
    let why = reasons.isEmpty ? "the nodes were not asked" : reasons.joined(separator: "; ")
    return (
      nil,
      [
        "it is not known which of \(admins.listed) is the first Admin Node Manager: \(why). Look which one has "
          + "\(file), and put it before the others in 'nodes': the upgrade begins on it"
      ]
    )
  }

  private static func reason(_ standing: Standing, _ name: String, _ file: String) -> String? {
    switch standing {
    case .held: nil
    case .absent: "'\(name)' has no \(file)"
    case .noInstallation: "'\(name)' has no such installation; check --old_install_dir"
    case .denied(let folder): "the SSH user may not look into \(folder) on '\(name)'"
    case .unknown(let reason): "'\(name)' could not be asked: \(reason)"
    }
  }
}
