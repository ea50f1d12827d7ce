import ArgumentParser
import Lab

/// The options that say what a mixed load is to be.
struct LoadShape: ParsableArguments {
  @Option(name: .customLong("connections"), help: "Connections at once, over all groups.")
  var connections = 200

  @Option(name: .customLong("rate"), help: "Requests a second, over all groups; slow answers and streams come on top.")
  var rate = 150

  @Option(
    name: .customLong("long"),
    help: "More connections with one long answer after the other, to outlive a drain's limit; they count apart.")
  var longConnections = 0

  @Option(name: .customLong("long_seconds"), help: "How long such an answer goes on.")
  var longSeconds = 60

  func validate() throws {
    guard (1...2000).contains(connections) else { throw ValidationError("--connections must be 1 to 2000.") }
    guard (1...5000).contains(rate) else { throw ValidationError("--rate must be 1 to 5000.") }
    guard (0...100).contains(longConnections) else { throw ValidationError("--long must be 0 to 100.") }
    guard (1...600).contains(longSeconds) else { throw ValidationError("--long_seconds must be 1 to 600.") }
  }

  /// The options of the library.
  var options: LoadOptions {
    var options = LoadOptions()
    options.connections = connections
    options.rate = rate
    options.longConnections = longConnections
    options.longSeconds = longSeconds
    return options
  }
}
