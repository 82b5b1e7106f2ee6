import Domain
import Glibc
import Testing

@testable import Web

/// What leaves a page as text: files, commands, code.
struct ExportTests {
  @Test(arguments: [
    ("plain", "plain"), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"),
    ("\tx", "'\tx"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
    ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""), ("", ""),
  ])
  func `a cell is text, whatever a spreadsheet would take it for`(_ text: String, _ cell: String) {
    #expect(DeliveryFile.cell(text) == cell)
  }

  @Test func `a file that is cut says so in its last line`() {
    let deliveries = [SamplePages().delivery(.held), SamplePages().delivery(.held)]

    let objects = lines(DeliveryFile.bytes(deliveries, .jsonl, cutAt: SamplePages.now))
    #expect(objects.count == 3 && objects.allSatisfy { (try? JSONValue(Array($0.utf8))) != nil })
    for format in DeliveryFile.Format.allCases {
      let whole = lines(DeliveryFile.bytes(deliveries, format, cutAt: nil))
      let cut = lines(DeliveryFile.bytes(deliveries, format, cutAt: SamplePages.now))
      #expect(cut.dropLast() == whole)
      #expect(cut.last?.contains("after 2 deliveries") == true)
      #expect(cut.last?.contains(SamplePages.now.rfc3339) == true)
    }
  }

  private func lines(_ bytes: [UInt8]) -> ArraySlice<String> {
    String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self)
      .split(separator: "\n").map(String.init)[...]
  }

  @Test func `a curl command says nothing of the user's own headers, and quotes what it has`() {
    let attempt = Attempt(
      number: 1, startedAt: SamplePages.now, timings: .init(), remoteAddress: nil,
      endpointURL: "https://hooks.example.com/in?a=1&b='", responseStatus: 200, error: nil,
      requestHeaders: [.init("webhook-id", "1"), .init("authorization", "••••")],
      responseHeaders: [], responseBody: [], isManual: false)

    #expect(
      CurlCommand(attempt: attempt, body: Array("it's".utf8)).text == #"""
        curl -X POST 'https://hooks.example.com/in?a=1&b='\''' \
          -H 'webhook-id: 1' \
          --data-binary 'it'\''s'
        """#)
  }

  @Test(arguments: [
    ("{\n  \"id\": 1\n  \"name\": 2\n}", "Line 3: expected a comma or } after 1"),
    ("", "Line 1: expected a value"), ("{\"a\": tru}", "Line 1: expected a value after {\"a\":"),
  ])
  func `a mistake in typed JSON is found by its line`(_ text: String, _ message: String) {
    guard case .failure(let mistake) = PastedJSON.read(text) else {
      Issue.record("it is no JSON")
      return
    }
    #expect(mistake.message == message)
  }

  @Test func `headers are read as people copy them`() {
    let text = """
      webhook-id: 1
      "Webhook-Timestamp": "2",
        webhook-signature : v1,a:b
      nonsense
      """
    #expect(
      PastedHeaders.read(text) == [
        .init("webhook-id", "1"), .init("Webhook-Timestamp", "2"),
        .init("webhook-signature", "v1,a:b"),
      ])
  }

  @Test(arguments: Snippet.all.indices)
  func `the README has the code of the pages`(_ index: Int) throws {
    let snippet = Snippet.all[index]
    let path = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    let readme = try #require(read(path + "/README.md"))

    #expect(readme.contains("\n" + snippet.code + "\n```"), "\(snippet.language)")
  }

  private func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
