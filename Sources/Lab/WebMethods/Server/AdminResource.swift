import Hummingbird

/// A resource of the administration, for example `/rest/apigateway/webhooks`.
protocol AdminResource: Sendable {
  /// The methods of what lies at `path` below the resource; empty where nothing does.
  func methods(at path: [String]) -> [HTTPRequest.Method]

  /// The answer; the call's path is that below the resource, and its method one of those that are there.
  func answer(_ call: HTTPCall) async -> ServerAnswer
}
