import Upgrade

/// A kind of load balancer that the topology can name.
///
/// Making a driver reads settings and touches nothing, so a bad topology file is reported before anything is done.
public protocol LoadBalancerDriver: LoadBalancer {
  /// The name that stands at `loadBalancer.driver`.
  static var name: String { get }
  /// The keys it knows in `loadBalancer`, besides `driver`.
  static var keys: [String] { get }

  /// A driver with these settings.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the file and the key's path.
  init(_ settings: SettingReader, in surroundings: Surroundings) throws(Failure)
}
