/// Which precondition a check is about. The raw values stand in documents and scripts: they do not change.
///
/// Source of what must hold: the vendor's prerequisites, its rules for the order of the steps, and its error reference.
public enum CheckID: String, Sendable, Hashable, Codable, CaseIterable {
  /// This process may have as many files open as the fleet takes.
  case openFiles = "open-files"
  /// The log folder's disk has room for the journal.
  case logFolder = "log-folder"
  /// Topology and options do not contradict each other.
  case options
  /// Every group can do without the nodes that are taken out.
  case capacity
  /// What the traffic probe asks is answered.
  case probes
  /// All nodes have the same old and the same new version.
  case sameVersions = "same-versions"
  /// The topology file is what the domain says of itself.
  case topology
  /// All nodes of a group have one configuration.
  case groupConsistency = "group-consistency"
  /// The node lets us log in.
  case ssh
  /// The node tells what it is asked for. Only there where it does not.
  case look
  /// Commands run as the user who is wanted.
  case user
  /// Both installations' programs are there.
  case installations
  /// The new version is newer than the old one.
  case versions
  /// The new installation has licences.
  case licences
  /// What sysupgrade writes finds room.
  case exportSpace = "export-space"
  /// What zdupgrade writes on the node finds room.
  case homeSpace = "home-space"
  /// How far sysupgrade is.
  case sysupgrade
  /// Every old process runs.
  case oldProcesses = "old-processes"
  /// No new process runs.
  case newProcesses = "new-processes"
  /// Cassandra takes connections from the node.
  case cassandra
  /// Jars of third parties in the old installation.
  case extLib = "ext-lib"
  /// Changes of the permissions in `acl.json`.
  case acl
  /// JDBC drivers for the upgrade of external databases.
  case jdbc
  /// Settings of the JVM that were made by hand.
  case jvm
  /// What starts the old installation at boot.
  case bootServices = "boot-services"
  /// The node's clock.
  case clock
  /// The lock of the node.
  case lock
  /// What earlier runs left on the node.
  case leftovers
  /// How the load balancer has the node.
  case loadBalancer = "load-balancer"
  /// The instances answer their health checks.
  case health
  /// The signal that the driver `healthchecklb` goes by.
  case healthCheckLB = "healthchecklb"

  /// Those for which a node has to be logged in to.
  static let onNode: [CheckID] = [
    .user, .installations, .versions, .licences, .exportSpace, .homeSpace, .sysupgrade, .oldProcesses, .newProcesses,
    .cassandra, .extLib, .acl, .jdbc, .jvm, .bootServices, .clock, .lock, .leftovers,
  ]
}
