/// The acts that take nodes back, as the journal has them.
enum BlueGreenWayBack {
  /// `node` takes design-time changes again.
  static func open(_ node: String) -> [String] { ["\(node): have the gateway take design-time changes again"] }

  /// `node` gets no requests any more.
  static func out(_ node: String) -> [String] {
    ["\(node): take the node out of the load balancer", "\(node): wait until no request is in flight to the node"]
  }

  /// The operator's command starts `node`, which is in the load balancer then, and takes changes.
  static func startedAgain(_ node: String) -> [String] {
    [
      "\(node): have your command start the gateway again", "\(node): see that the gateway is healthy",
      "\(node): put the node into the load balancer",
      "\(node): see that the load balancer takes the node for a serving one",
    ] + open(node)
  }

  /// What was copied is taken away again.
  static let emptied = ["New-1: empty the new datastore"]
}
