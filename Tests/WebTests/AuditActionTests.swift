import Foundation
import Testing

@testable import Web

/// Whoever writes an action gives it words.
struct AuditActionTests {
  private static let store = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Store")

  /// What `action:` is given in the store's text, each literal of a computed one; an interpolated part
  /// by the words it may stand for.
  private static func actions() throws -> Set<String> {
    var found: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(
      at: store, includingPropertiesForKeys: nil)
    {
      let text = try String(contentsOf: file, encoding: .utf8)
      for argument in text.components(separatedBy: "action:").dropFirst() {
        let value = argument.components(separatedBy: "actor")[0]
        let literals = value.components(separatedBy: "\"").enumerated().filter {
          $0.offset % 2 == 1
        }
        for literal in literals.map(\.element)
        where literal.contains(".") && !literal.contains(" ") && !literal.contains("\n") {
          if literal.hasPrefix("webhook.\\(") {
            let words = text.components(separatedBy: "\"").filter { $0.hasSuffix("_started") }
            found.formUnion(words.map { "webhook." + $0 })
          } else {
            found.insert(literal)
          }
        }
      }
    }
    return found
  }

  @Test func `every action that the store writes has words and a group`() throws {
    let actions = try Self.actions()

    #expect(actions.count > 25)
    #expect(actions.contains("webhook.recover_started") && actions.contains("user.enabled"))
    let grouped = Set(AuditFilter.Group.allCases.flatMap(\.subjects))
    for action in actions.sorted() {
      #expect(AuditWords.phrases[action] != nil, "\(action) has no words in AuditWords")
      #expect(grouped.contains(String(action.prefix { $0 != "." })), "\(action) is in no group")
    }
  }
}
