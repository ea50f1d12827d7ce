extension Collection where Element: Sendable {
  /// What `work` makes of each element, in their order; up to `limit` are worked on at the same time: a fleet may have
  /// hundreds of nodes, and each takes files and connections.
  ///
  /// All groups of tasks that give values go through here, and their values are a struct's: an optimising Swift 6.3 spoils
  /// a tuple of which a part is known before a task waits for the rest (swiftlang/swift#91911).
  public func concurrentMap<Output: Sendable>(
    atOnce limit: Int = 32, _ work: @escaping @Sendable (Element) async -> Output
  ) async -> [Output] {
    await withTaskGroup(of: Mapped<Output>.self) { group in
      var outputs: [Int: Output] = [:]
      for (index, element) in enumerated() {
        if index >= Swift.max(limit, 1), let done = await group.next() { outputs[done.index] = done.output }
        group.addTask {
          let output = await work(element)
          return Mapped(index: index, output: output)
        }
      }
      for await done in group { outputs[done.index] = done.output }
      return (0..<count).compactMap { outputs[$0] }
    }
  }
}

/// The output for the element at a place.
private struct Mapped<Output: Sendable>: Sendable {
  let index: Int
  let output: Output
}
