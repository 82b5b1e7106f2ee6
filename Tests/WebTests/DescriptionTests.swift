import Domain
import HTTPTypes
import Testing

@testable import Web

/// The description of the API against the routes it is made from.
struct DescriptionTests {
  private let types = [
    EventType(name: "lead.created", description: "", group: "", example: "{}", isRetired: false),
    EventType(name: "lead.merged", description: "", group: "", example: "{}", isRetired: true),
  ]

  @Test(arguments: APIShape.allCases)
  func `an address is read as the route that it describes`(_ shape: APIShape) throws {
    var path = String(shape.path.dropFirst())
    for name in shape.idNames {
      let parts = path.split(separator: "{\(name)}", omittingEmptySubsequences: false)
      path = parts.joined(
        separator: name == "app" ? "github" : UUID(high: 0, low: 0).description)
    }

    #expect(try #require(APIRoute(path: path)) == shape.sample)
    #expect(shape.sample.shape == shape)
  }

  @Test(arguments: APIShape.allCases)
  func `every method of an address is described, and no other`(_ shape: APIShape) {
    #expect(Set(shape.operations.keys) == Set(shape.sample.methods.map(\.method)))
  }

  @Test func `each operation has a name of its own`() {
    let names = APIShape.allCases.flatMap { $0.operations.values.map(\.id) }

    #expect(Set(names).count == names.count)
  }

  @Test func `whatever is referred to is there, and whatever is there is referred to`() throws {
    let text = String(decoding: try document(), as: UTF8.self)
    let mark = ##""$ref":"#/components/schemas/"##
    let used = Set(
      text.split(separator: mark).dropFirst().map { part in String(part.prefix { $0 != "\"" }) })

    #expect(used == Set(APISchemas(eventTypes: types).all.map(\.name)))
  }

  @Test func `it is one JSON object`() throws {
    let object = try #require(try JSONValue(document()).object())

    #expect(object["openapi"]?.string == "3.1.1")
    let paths = try #require(try object["paths"]?.object())
    #expect(paths.members.map(\.name) == APIShape.allCases.map(\.path))
  }

  @Test(arguments: [("NewEvent", true), ("NewWebhook", false), ("WebhookChange", true)])
  func `a retired type can be emitted and kept, and not be chosen anew`(
    _ name: String, isThere: Bool
  ) throws {
    let schemas = APISchemas(eventTypes: types).all
    let schema = try #require(schemas.first { $0.name == name }?.schema)
    let text = String(decoding: JSONWriter.object { $0.member("schema", schema) }, as: UTF8.self)

    #expect(text.contains("lead.merged") == isThere && text.contains("lead.created"))
  }

  private func document() throws -> [UInt8] {
    OpenAPIDocument(
      version: "1", base: "https://app.example.com/p", schemas: APISchemas(eventTypes: types)
    ).json
  }
}
