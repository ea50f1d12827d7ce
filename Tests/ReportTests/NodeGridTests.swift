import Testing

@testable import Report

@Suite("A table of nodes, in the report")
struct NodeGridTests {
  private static func grid(_ columns: Int, _ rows: Int) -> String {
    NodeGrid(
      (1...columns).map { "P\($0)" },
      (1...rows).map { row in ("<N\(row)>", (1...columns).map { "<td>\(row)\($0)</td>" }) }
    ).html(of: "numbers").markup
  }

  @Test("a row for each node, as long as the columns fit on paper")
  func plain() {
    #expect(
      Self.grid(2, 1) == """
        <div class="scroll"><table class="numbers">
        <thead><tr><th scope="col">Node</th><th scope="col">P1</th><th scope="col">P2</th></tr></thead>
        <tbody>
        <tr><th scope="row">&lt;N1&gt;</th><td>11</td><td>12</td></tr>

        </tbody></table></div>
        """)
    #expect(Self.grid(9, 9).contains(#"<th scope="col">P9</th>"#))
  }

  @Test("a column for each node where there are more columns than that, and fewer nodes")
  func turned() {
    let table = Self.grid(9, 2)
    #expect(
      table.contains(#"<tr><th scope="col"></th><th scope="col">&lt;N1&gt;</th><th scope="col">&lt;N2&gt;</th></tr>"#))
    #expect(table.contains(#"<tr><th scope="row">P9</th><td>19</td><td>29</td></tr>"#))
  }
}
