import Domain
package import HTTPTypes

/// An answer as a value; the main writes it out.
package struct Response: Sendable {
  package var status: HTTPResponse.Status
  package var fields: HTTPFields
  package var body: [UInt8]

  package init(_ status: HTTPResponse.Status, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  package static func page(_ html: HTML, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status, fields: [.contentType: "text/html; charset=utf-8"], body: html.bytes)
  }

  package static func seeOther(_ location: String) -> Response {
    Response(.seeOther, fields: [.location: location])
  }

  package static func json(_ body: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
    Response(status, fields: [.contentType: "application/json"], body: body)
  }

  package static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status, fields: [.contentType: "text/plain; charset=utf-8"], body: Array(text.utf8))
  }

  /// Adds `Set-Cookie`.
  package func settingCookie(_ cookie: String) -> Response {
    var copy = self
    copy.fields.append(HTTPField(name: .setCookie, value: cookie))
    return copy
  }

  package func adding(_ name: HTTPField.Name, _ value: String) -> Response {
    var copy = self
    copy.fields[name] = value
    return copy
  }

  /// The bytes for FastCGI: `Status:` and fields, an empty line, the body.
  /// Source: RFC 3875 section 6.
  package var bytes: [UInt8] {
    var bytes = Array("Status: \(status.code) \(status.reasonPhrase)\r\n".utf8)
    for field in fields {
      bytes.append(contentsOf: field.name.canonicalName.utf8)
      bytes.append(contentsOf: ": ".utf8)
      bytes.append(contentsOf: field.value.utf8)
      bytes.append(contentsOf: "\r\n".utf8)
    }
    bytes.append(contentsOf: "\r\n".utf8)
    bytes.append(contentsOf: body)
    return bytes
  }
}

extension HTTPField.Name {
  static let contentSecurityPolicyName = HTTPField.Name("Content-Security-Policy")!
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
  static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
  static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
  static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
  static let clearSiteData = HTTPField.Name("Clear-Site-Data")!
}
