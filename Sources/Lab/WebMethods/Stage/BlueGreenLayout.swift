/// Where everything of a blue-green stage lies.
struct BlueGreenLayout: Sendable, Hashable {
  let directory: String

  var description: String { "\(directory)/bluegreen.json" }
  var secrets: String { "\(directory)/secrets" }
  var password: String { "\(secrets)/password" }
  var datastorePassword: String { "\(secrets)/datastore_password" }
  var webhookPassword: String { "\(secrets)/webhook_password" }
  /// The configuration file of `zdupgrade`.
  var upgrade: String { "\(directory)/zdupgrade.json" }
  var faults: String { "\(directory)/faults" }
  var logs: String { "\(directory)/logs" }
  var nginx: String { "\(directory)/nginx" }
  /// The include file with the `server` lines.
  var servers: String { "\(nginx)/servers.conf" }
  var pathRepo: String { "\(directory)/backup" }
  var oldDatastore: String { "\(directory)/datastore-old" }
  var newDatastore: String { "\(directory)/datastore-new" }

  func home(of gateway: String) -> String { "\(directory)/gateways/\(LabLayout.fileName(gateway))" }
  func log(of name: String) -> String { "\(logs)/\(LabLayout.fileName(name)).log" }
}
