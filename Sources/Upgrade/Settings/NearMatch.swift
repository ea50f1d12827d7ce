/// Finds what the operator probably meant.
public enum NearMatch {
  /// `; did you mean 'X'?` for the candidate nearest to `word`, or nothing where none is near.
  public static func hint(for word: String, among candidates: [String]) -> String {
    let limit = max(2, word.count / 3)
    let near = candidates.map { ($0, distance(word.lowercased(), $0.lowercased())) }.min { $0.1 < $1.1 }
    guard let (candidate, distance) = near, distance <= limit, distance < candidate.count else { return "" }
    return "; did you mean '\(candidate)'?"
  }

  /// The number of characters to insert, delete or replace to come from `a` to `b`.
  static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
}
