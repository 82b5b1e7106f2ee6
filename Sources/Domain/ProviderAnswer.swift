/// What a provider's server said, as far as it was read.
package struct ProviderAnswer: Sendable {
  package let status: Int
  /// In lower case, without parameters.
  package let contentType: String
  package let retryAfterSeconds: Int?
  package let body: [UInt8]
  /// There was more than we read.
  package let isCut: Bool

  /// Enough for every honest answer: tokens have a few KiB.
  package static let limitBytes = 64 * 1_024

  package init(
    status: Int, contentType: String, retryAfterSeconds: Int? = nil, body: [UInt8],
    isCut: Bool = false
  ) {
    self.status = status
    self.contentType = contentType
    self.retryAfterSeconds = retryAfterSeconds
    self.body = body
    self.isCut = isCut
  }

  package var isSuccess: Bool { (200...299).contains(status) }

  /// What no reading of the body changes.
  package func check() throws(ProviderFailure) {
    if (300...399).contains(status) { throw .unreadable(.redirect) }
    if status == 429 || status >= 500 {
      throw .unavailable(status: status, retryAfterSeconds: retryAfterSeconds)
    }
    if isCut { throw .unreadable(.tooLarge) }
  }

  /// The body as a JSON object.
  package func object() throws(ProviderFailure) -> JSONObject {
    guard contentType == "application/json" || contentType.hasSuffix("+json") else {
      throw .unreadable(.contentType)
    }
    guard let value = try? JSONValue(body), value.nesting <= 30, let object = try? value.object()
    else { throw .unreadable(.notJSON) }
    return object
  }
}

extension JSONObject {
  /// A string or a whole number, found member by member; `0` is the first of an array.
  package func text(at path: [String]) -> String? {
    guard let first = path.first, var value = self[first] else { return nil }
    for name in path.dropFirst() {
      if let elements = value.elements {
        guard let index = Int(name), elements.indices.contains(index) else { return nil }
        value = elements[index]
      } else {
        guard let object = try? value.object(), let next = object[name] else { return nil }
        value = next
      }
    }
    if let string = value.string { return string.isEmpty ? nil : string }
    return value.integer.map(String.init)
  }
}
