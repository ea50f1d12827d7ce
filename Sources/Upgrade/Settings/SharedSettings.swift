extension Setting {
  /// The names of the load balancers' drivers, as in `nginx, haproxy`; `none` where there is no load balancer.
  public static func drivers(of balancer: Setting?, orAll balancers: [Setting]?) -> String {
    let names = (balancers ?? [balancer ?? .null]).map { setting in
      guard case .object(let object) = setting, case .string(let name) = object["driver"] else { return "none" }
      return name
    }
    return names.allSatisfy { $0 == "none" } ? "none" : names.joined(separator: ", ")
  }
}

/// What the configuration files of all products have.
extension SettingReader {
  /// A node's name, which is also the name of its log folder and stands in every line about it.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public func nodeName(_ key: String) throws(Failure) -> String {
    let name = try requiredString(key)
    let isFolderName = !name.contains("/") && name != "." && name != ".." && name.utf8.count <= 255
    let isPrintable = !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    guard isFolderName, isPrintable else {
      throw complaint(key, "cannot be the name of a log folder; use letters, digits, '-', '_' and '.'")
    }
    guard RunID(name) == nil else {
      throw complaint(key, "is like the name of a run, whose folder stands beside the nodes' logs")
    }
    return name
  }

  /// The list at `loadBalancers`, which takes the place of `loadBalancer`; nil where there is none.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public func loadBalancers() throws(Failure) -> [Setting]? {
    guard let settings = try settings("loadBalancers") else { return nil }
    guard !settings.isEmpty else { throw complaint("loadBalancers", "is an empty list") }
    guard !has("loadBalancer") else {
      throw complaint("loadBalancers", "there is loadBalancer too; give one of the two")
    }
    return settings
  }
}
