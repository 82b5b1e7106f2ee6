import Domain
import HTTPTypes

/// The description of the API, made from its routes. Source: OpenAPI 3.1.1.
struct OpenAPIDocument {
  /// Of the program.
  let version: String
  /// With the prefix: `https://app.example.com/settings/integrations`.
  let base: String
  let schemas: APISchemas

  var json: [UInt8] {
    JSONWriter.object {
      $0.member("openapi", "3.1.1")
      $0.member("info") {
        $0.member("title", "Patchbay")
        $0.member("version", version)
        $0.member(
          "description",
          "Signed webhooks: say that something happened, and each webhook that listens gets it. "
            + "Times are RFC 3339 in UTC. Errors are RFC 9457 problems.")
      }
      $0.member("servers", array: ["\(base)/api/v1"]) { json, url in
        json.object { $0.member("url", url) }
      }
      $0.member("paths") { json in
        for shape in APIShape.allCases {
          json.member(shape.path) { json in
            for rule in shape.rules {
              guard let operation = shape.operations[rule.method] else { continue }
              json.member(rule.method.rawValue.lowercased()) {
                $0.members(of: operation, shape, rule)
              }
            }
          }
        }
      }
      $0.member("components") {
        $0.member("schemas") { json in
          for (name, schema) in schemas.all { json.member(name, schema) }
        }
        $0.member("securitySchemes") {
          $0.member("key") {
            $0.member("type", "http")
            $0.member("scheme", "bearer")
            $0.member("description", "An API key: `pb_` and 43 letters and digits.")
          }
        }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func members(
    of operation: APIOperation, _ shape: APIShape, _ rule: APIShape.Rule
  ) {
    member("operationId", operation.id)
    member("summary", operation.summary)
    if let scope = rule.scope {
      member("description", "Needs a key with the scope `\(scope.rawValue)`.")
    }
    member("security", array: rule.needsKey ? ["key"] : []) { json, name in
      json.object { $0.member(name, [String]()) }
    }
    member("parameters", array: shape.idNames.map(APIParameter.id) + operation.parameters) {
      json, parameter in
      json.object {
        $0.member("name", parameter.name)
        $0.member("in", parameter.place.rawValue)
        $0.member("required", parameter.place == .path)
        $0.member("description", parameter.description)
        $0.member("schema", parameter.schema)
      }
    }
    if let request = operation.request {
      member("requestBody") {
        $0.member("required", true)
        $0.member("content") { json in
          let types = rule.method == .patch ? ["application/merge-patch+json"] : []
          for type in ["application/json"] + types {
            json.member(type) { $0.member("schema", request) }
          }
        }
      }
    }
    member("responses") { $0.answers(of: operation, shape, rule) }
  }

  private mutating func answers(
    of operation: APIOperation, _ shape: APIShape, _ rule: APIShape.Rule
  ) {
    let success = operation.success
    member(String(success.status.code)) {
      $0.member("description", success.description)
      $0.headers(success.headers, optional: success.optionalHeaders, alsoRate: rule.needsKey)
      if let schema = success.schema {
        $0.member("content") { $0.member("application/json") { $0.member("schema", schema) } }
      }
    }
    for (status, description) in refusals(of: operation, shape, rule) {
      member(String(status.code)) {
        $0.member("description", description)
        let waits = status == .tooManyRequests || status == .serviceUnavailable
        $0.headers(
          waits ? [("Retry-After", .integer(1...86_400, "Seconds."))] : [],
          alsoRate: rule.needsKey)
        $0.member("content") {
          $0.member("application/problem+json") { $0.member("schema", JSONSchema.named("Problem")) }
        }
      }
    }
  }

  private func refusals(
    of operation: APIOperation, _ shape: APIShape, _ rule: APIShape.Rule
  ) -> [(HTTPResponse.Status, String)] {
    var list: [(HTTPResponse.Status, String)] = []
    guard rule.needsKey else { return [(.serviceUnavailable, "Try again shortly.")] }
    list.append((.badRequest, "The query or the body cannot be read."))
    list.append((.unauthorized, "No key, or one that opens nothing."))
    if rule.scope != nil { list.append((.forbidden, "The key lacks the scope.")) }
    if !shape.idNames.isEmpty { list.append((.notFound, "There is no such object.")) }
    if let conflict = operation.conflict { list.append((.conflict, conflict)) }
    if operation.request != nil {
      list.append((.contentTooLarge, "The request is larger than may be."))
      list.append((.unsupportedMediaType, "The request is not sent as JSON."))
    }
    list.append((HTTPResponse.Status(code: 414), "The address is over 8 KiB."))
    list.append((.unprocessableContent, "A field needs mending; `errors` says which and how."))
    list.append((.tooManyRequests, "The key has made its calls."))
    list.append((.serviceUnavailable, "Try again shortly."))
    return list
  }

  /// The two of rate limits are absent where a service key calls.
  private mutating func headers(
    _ headers: [(name: String, schema: JSONSchema)],
    optional: [(name: String, schema: JSONSchema)] = [], alsoRate: Bool
  ) {
    let rate: [(name: String, schema: JSONSchema)] =
      alsoRate
      ? [
        ("RateLimit", .string("Calls that are left, and seconds until all of them are again.")),
        ("RateLimit-Policy", .string("Calls in a window of so many seconds.")),
      ] : []
    guard !headers.isEmpty || !optional.isEmpty || alsoRate else { return }
    member("headers") { json in
      for (name, schema) in headers {
        json.member(name) {
          $0.member("required", true)
          $0.member("schema", schema)
        }
      }
      for (name, schema) in optional + rate { json.member(name) { $0.member("schema", schema) } }
    }
  }
}
