import Upgrade

/// What must be true of a `bluegreen.json` beyond the types of its values.
enum BlueGreenRules {
  /// What each profile needs, with the reason, and what has no meaning in it.
  private static func keys(of profile: UpgradeProfile) -> (needed: [(String, String)], meaningless: [String]) {
    switch profile {
    case .major:
      (
        [
          ("new", "the side that takes over"), ("source", "the old side's datastore"),
          ("target", "the new side's datastore, so that it cannot be the source"),
          ("migration", "its properties with the old side's tenant"),
          ("restart", "the command that starts an old gateway again; once it is quiesced for all no API can"),
        ], ["fix", "start"]
      )
    case .minorCluster:
      (
        [
          ("fix", "the command that applies the fix to a node"),
          ("restart", "the command that starts a node; once it is shut down no API can"),
        ], ["new", "source", "target", "migration", "start"]
      )
    case .minorStandalone:
      (
        [
          ("new", "the side that takes over"),
          ("start", "the command that starts a new gateway, which is done once the old side is quiesced"),
        ], ["source", "target", "migration", "fix"]
      )
    }
  }

  /// - Throws: `Failure` of kind `.refused` for a key that the profile lacks or cannot have.
  static func checkKeys(_ top: SettingReader, _ profile: UpgradeProfile) throws(Failure) {
    let (needed, meaningless) = keys(of: profile)
    for key in meaningless where top.has(key) {
      throw top.complaint(key, "has no meaning with profile \(profile.rawValue); leave it out")
    }
    for (key, reason) in needed where !top.has(key) {
      throw top.complaint(key, "is missing, which profile \(profile.rawValue) needs: \(reason)")
    }
  }

  /// - Throws: `Failure` of kind `.refused` for the first rule that is broken.
  static func check(_ settings: BlueGreenSettings, file: String) throws(Failure) {
    let places = places(settings)
    try unique(places.map { ($0.path + ".name", $0.node.name) }, file)
    try unique(places.map { ($0.path + ".adminURL", "\($0.node.url.host):\($0.node.url.port)") }, file)
    try unique(
      places.compactMap { place in place.node.loadBalancerServer.map { (place.path + ".loadBalancerServer", $0) } },
      file)
    try checkVersions(settings, file)
    if settings.profile == .minorCluster, settings.old.nodes.count < 2 {
      throw Failure(
        .refused, "\(file): old.nodes: is a single node, which cannot be upgraded without downtime",
        remedy: "take profile minor-standalone")
    }
    if settings.profile == .major {
      for place in places where place.path.hasPrefix("old") && place.node.quiescePort == nil {
        throw Failure(
          .refused, "\(file): \(place.path).quiescePort: is missing: through which port it is asked once it is quiesced"
        )
      }
    }
    if let source = settings.source, let target = settings.target, source.isSame(as: target) {
      throw Failure(
        .refused, "\(file): target.url: is the source's datastore; what is to be copied would be emptied first")
    }
  }

  private static func checkVersions(_ settings: BlueGreenSettings, _ file: String) throws(Failure) {
    do {
      switch settings.profile {
      case .major: try VersionRules.checkMajor(old: settings.old.version, new: settings.new?.version)
      case .minorCluster, .minorStandalone:
        try VersionRules.checkMinor(old: settings.old.version, new: settings.new?.version)
      }
    } catch {
      throw error.inContext("\(file): version")
    }
  }

  private static func places(_ settings: BlueGreenSettings) -> [(path: String, node: GatewayNode)] {
    [("old", settings.old.nodes), ("new", settings.new?.nodes ?? [])].flatMap { side, nodes in
      nodes.enumerated().map { ("\(side).nodes[\($0.offset)]", $0.element) }
    }
  }

  private static func unique(_ values: [(path: String, value: String)], _ file: String) throws(Failure) {
    var first: [String: String] = [:]
    for (path, value) in values {
      if let earlier = first[value] {
        throw Failure(.refused, "\(file): \(path): '\(value)' is at \(earlier) already")
      }
      first[value] = path
    }
  }
}
