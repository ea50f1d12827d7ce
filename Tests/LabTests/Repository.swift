/// The repository whose tests run.
enum Repository {
  /// Its folder.
  static let path = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
}
