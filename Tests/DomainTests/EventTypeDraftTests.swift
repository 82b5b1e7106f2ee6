import Domain
import Testing

@Suite struct EventTypeDraftTests {
  @Test(arguments: ["lead.created", "a", "a_1.b.c2"])
  func `words with dots between them are a name`(text: String) {
    #expect(EventType.isName(text))
  }

  @Test(arguments: [
    "", ".", "a.", ".a", "a..b", "Lead.created", "a-b", "a b", "é", "a\n", "new",
    String(repeating: "a", count: 51),
  ])
  func `anything else is none`(text: String) {
    #expect(!EventType.isName(text))
  }

  @Test func `an example keeps its digits and loses its white space`() throws {
    #expect(try EventTypeDraft.example(" { \"a\" : 1.50 } \n", of: "x") == #"{"a":1.50}"#)
  }

  @Test(arguments: [
    "", "1", "[]", #"{"a":1,}"#, #"{"a":1,"a":2}"#,
    #"{"a":"# + String(repeating: "[", count: 30) + String(repeating: "]", count: 30) + "}",
    #"{"a":""# + String(repeating: "x", count: 262_144) + #""}"#,
  ])
  func `what no event could carry is no example`(text: String) {
    #expect(throws: EventTypeDraft.Problem.self) { try EventTypeDraft.example(text, of: "x") }
  }
}
