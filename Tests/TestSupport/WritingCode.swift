/// The statements of Sources/Store that write, as they stand in the code: nothing can be left out of a
/// list that is read from there.
package enum WritingCode {
  /// `WebhookStore.create`: the tables that this function's own statements write.
  package static let functions: [String: Set<String>] = {
    var found: [String: Set<String>] = [:]
    for (file, lines) in sources {
      var function = ""
      for line in lines {
        if let name = declaredName(line) { function = "\(file).\(name)" }
        let tables = writtenTables(line)
        if !tables.isEmpty { found[function, default: []].formUnion(tables) }
      }
    }
    return found
  }()

  /// What `AuditEntry` is made with: `webhook.created`.
  package static let actions: Set<String> = {
    var found: Set<String> = []
    for (_, lines) in sources {
      for (index, line) in lines.enumerated() where line.contains("action:") {
        // A choice may go on in the next line.
        for text in [line] + lines.dropFirst(index + 1).prefix(1) {
          let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
          for literal in parts.enumerated() where literal.offset % 2 == 1 {
            if isAction(literal.element) { found.insert(String(literal.element)) }
          }
        }
      }
    }
    return found
  }()

  private static let sources: [(file: String, lines: [Substring])] = {
    let folder =
      "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Sources/Store"
    return SQLFile.names(in: folder).filter { $0.hasSuffix(".swift") }.sorted().map { name in
      let text = String(decoding: SQLFile.bytes(at: "\(folder)/\(name)"), as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
        !line.drop { $0 == " " }.hasPrefix("//")
      }
      return (String(name.dropLast(6)), lines)
    }
  }()

  private static let modifiers: Set<Substring> = [
    "package", "private", "fileprivate", "static", "mutating", "@discardableResult",
  ]

  /// Of a function, or of a constant that holds SQL or sealed columns.
  private static func declaredName(_ line: Substring) -> String? {
    let indent = line.prefix { $0 == " " }.count
    guard indent <= 4 else { return nil }
    let words = line.split(separator: " ").drop { modifiers.contains($0) }
    guard let keyword = words.first else { return nil }
    let isSQL =
      indent <= 2 && ["\"\"\"", "SQL", "SealedColumn"].contains(where: { line.contains($0) })
    if keyword.hasPrefix("init("), indent <= 2 { return "init" }
    guard keyword == "func" || (isSQL && (keyword == "let" || keyword == "var")),
      let name = words.dropFirst().first
    else { return nil }
    return String(name.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
  }

  private static let verbs = [
    "INSERT INTO ", "INSERT IGNORE INTO ", "REPLACE INTO ", "DELETE FROM ", "UPDATE ", "CALL ",
    // Its statement is built from the table's name.
    "SealedColumn(\"",
  ]

  private static func writtenTables(_ line: Substring) -> Set<String> {
    var tables: Set<String> = []
    for verb in verbs {
      for range in line.ranges(of: verb) where !line[..<range.lowerBound].hasSuffix("KEY ") {
        let name = line[range.upperBound...].prefix { ("a"..."z").contains($0) || $0 == "_" }
        if !name.isEmpty { tables.insert(String(name)) }
      }
    }
    return tables
  }

  private static func isAction(_ text: Substring) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.allSatisfy { ("a"..."z").contains($0) || $0 == "_" }
      }
  }
}
