import Testing

@testable import Web

struct OptionFieldsTests {
  private func read(_ text: String, existing: [String] = []) throws -> OptionFields {
    try OptionFields(Query(text), existing: existing)
  }

  @Test func `an untouched form sets nothing`() throws {
    let fields = try read("header_name=&header_value=&max_in_flight=&max_per_second=")

    #expect(fields.errors.isEmpty && fields.headers.isEmpty && fields.answers.isUntouched)
    #expect(fields.maxInFlight == nil && fields.maxPerSecond == nil && !fields.isOrdered)
  }

  @Test func `rows are read in pairs, empty ones left out`() throws {
    let fields = try read(
      "header_name=X-A&header_value=1&header_name=&header_value=&header_name=X-B&header_value=2")

    #expect(fields.headers.map(\.name) == ["X-A", "X-B"])
    #expect(fields.headers.map(\.value) == ["1", "2"])
    #expect(fields.answers.rows == ["X-A", "X-B"])
  }

  @Test func `half of a pair is no form of ours`() {
    #expect(throws: Query.Malformed.self) { try read("header_name=X-A") }
  }

  @Test(arguments: [
    ("header_name=Host&header_value=x", "header-name-1"),
    ("header_name=a+b&header_value=x", "header-name-1"),
    ("header_name=&header_value=x", "header-name-1"),
    ("header_name=X-A&header_value=", "header-value-1"),
    ("header_name=X-A&header_value=a%0d%0aX-B:1", "header-value-1"),
    ("header_name=X-A&header_value=1&header_name=x-a&header_value=2", "header-name-2"),
    ("max_in_flight=0", "max_in_flight"), ("max_in_flight=65", "max_in_flight"),
    ("max_in_flight=1.5", "max_in_flight"), ("max_per_second=1001", "max_per_second"),
    ("max_per_second=%2B1", "max_per_second"), ("max_per_second=99999999", "max_per_second"),
  ])
  func `what will not do is named at its field`(_ text: String, _ field: String) throws {
    #expect(try read(text).errors.map(\.field) == [field])
  }

  @Test func `a header that there is can be kept, replaced and removed`() throws {
    let fields = try read(
      "kept_name=X-A&kept_value=&kept_name=X-B&kept_value=new&kept_name=X-C&kept_value=&remove=X-C",
      existing: ["X-A", "X-B", "X-C"])

    #expect(fields.errors.isEmpty)
    #expect(fields.headers.map(\.name) == ["X-C", "X-B"])
    #expect(fields.headers.map(\.value) == [nil, "new"])
  }

  @Test func `the name of one that stays is taken, that of one that goes is free`() throws {
    let form = "header_name=x-a&header_value=1"

    #expect(try read(form, existing: ["X-A"]).errors.map(\.field) == ["header-name-1"])
    #expect(try read(form + "&remove=X-A", existing: ["X-A"]).errors.isEmpty)
  }

  @Test func `names that the webhook does not have are left alone`() throws {
    let fields = try read("kept_name=Host&kept_value=x&remove=X-Z", existing: ["X-A"])

    #expect(fields.errors.isEmpty && fields.headers.isEmpty)
  }

  @Test func `a webhook has twenty headers at most, those that stay counted`() throws {
    let rows = (1...15).map { "header_name=X-\($0)&header_value=1" }.joined(separator: "&")

    #expect(try read(rows, existing: ["A", "B", "C", "D", "E"]).errors.isEmpty)
    #expect(
      try read(rows, existing: ["A", "B", "C", "D", "E", "F"]).errors.map(\.field) == ["headers"])
  }

  @Test func `a further row is asked for by its button`() throws {
    let fields = try read("header_name=X-A&header_value=1&add_header=1")

    #expect(fields.wantsRow && fields.answers.rows == ["X-A", ""])
  }
}
