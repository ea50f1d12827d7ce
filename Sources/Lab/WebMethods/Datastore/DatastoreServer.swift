import HummingbirdCore
import Upgrade

/// The process that gives a datastore to others over HTTP: what `sourceElasticsearch` of a reindex names.
public struct DatastoreServer: Sendable {
  private let folder: DatastoreFolder
  private let address: String
  private let port: Int
  private let user: BasicUser?

  /// A server of the data in `folder`, which it makes if it is not there; without `username` anybody may read.
  ///
  /// - Throws: `Failure` when there is a user but no password in the file.
  public init(folder: String, address: String, port: Int, username: String?, passwordFile: String?) throws(Failure) {
    self.folder = DatastoreFolder(path: folder)
    self.address = address
    self.port = port
    user = try username.map { name throws(Failure) in
      guard let password = passwordFile.flatMap(Credentials.secret), !password.isEmpty else {
        throw Failure(.refused, "the password of \(name) is in no file that can be read")
      }
      return BasicUser(name: name, password: password)
    }
  }

  /// The file with a line for each search.
  static func log(of folder: String) -> String { "\(folder)/searches.log" }

  /// Serves until SIGTERM or SIGINT.
  ///
  /// - Parameter report: is told `ready`, or why it cannot serve.
  /// - Returns: the exit code.
  public func run(report: @escaping @Sendable (String) -> Void) async -> Int32 {
    do {
      try folder.make()
      let responder = DatastoreResponder(folder: folder, user: user, log: Self.log(of: folder.path))
      let stop = StopSignals()
      let listener = HTTPListener(address: address, port: port) { request in
        guard let call = await HTTPCall(request) else { return ServerAnswer(.badRequest) }
        return await responder.answer(call)
      }
      try await listener.start()
      report("ready")
      for await _ in stop.numbers { break }
      await listener.stop(within: .seconds(1))
      return 0
    } catch {
      report("\(error)")
      return 1
    }
  }
}
