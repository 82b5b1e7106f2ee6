import Domain
import HTTPTypes

/// One bad field: its name as the API has it, and a sentence that says how to mend it.
package struct FieldError: Equatable, Sendable {
  package let field: String
  package let message: String

  package init(_ field: String, _ message: String) {
    self.field = field
    self.message = message
  }
}

/// An error of the JSON API. Source: RFC 9457.
struct Problem: Error {
  let status: HTTPResponse.Status
  let title: String
  let detail: String
  var errors: [FieldError] = []
  var retryAfterSeconds: Int?
  /// For programs to tell it by.
  var type = "about:blank"

  var response: Response {
    let body = JSONWriter.object { json in
      json.member("type", type)
      json.member("title", title)
      json.member("status", status.code)
      json.member("detail", detail)
      if !errors.isEmpty {
        json.member("errors", array: errors) { json, error in
          json.object {
            $0.member("field", error.field)
            $0.member("message", error.message)
          }
        }
      }
    }
    var response = Response(
      status, fields: [.contentType: "application/problem+json"], body: body)
    if let retryAfterSeconds { response.fields[.retryAfter] = String(retryAfterSeconds) }
    return response
  }

  static func badRequest(_ detail: String) -> Problem {
    Problem(status: .badRequest, title: "Bad request", detail: detail)
  }

  static let unauthorized = Problem(
    status: .unauthorized, title: "No valid API key",
    detail: "Send a key as `Authorization: Bearer pb_…`. This one is missing, unknown, revoked "
      + "or expired.")

  static func forbidden(_ scope: APIScope) -> Problem {
    Problem(
      status: .forbidden, title: "Scope missing",
      detail: "This call needs a key with the scope \(scope.rawValue).")
  }

  static let notFound = Problem(
    status: .notFound, title: "Not found", detail: "There is nothing at this address.")

  static func methodNotAllowed(_ allowed: [String]) -> Problem {
    Problem(
      status: .methodNotAllowed, title: "Method not allowed",
      detail: "This address answers \(allowed.joined(separator: ", ")).")
  }

  static func conflict(_ detail: String) -> Problem {
    Problem(status: .conflict, title: "Conflict", detail: detail)
  }

  static let tooLarge = Problem(
    status: .contentTooLarge, title: "Request too large",
    detail: "A request may have 1 MiB, a batch of events 8 MiB.")

  static let unsupportedMediaType = Problem(
    status: .unsupportedMediaType, title: "Unsupported media type",
    detail: "Send JSON with `Content-Type: application/json`.")

  static func unprocessable(_ errors: [FieldError]) -> Problem {
    Problem(
      status: .unprocessableContent, title: "A field needs mending",
      detail: errors.map { "\($0.field): \($0.message)" }.joined(separator: " "), errors: errors)
  }

  static func tooManyCalls(_ standing: RateStanding) -> Problem {
    Problem(
      status: .tooManyRequests, title: "Too many calls",
      detail: "This key has made its \(standing.limit.count) calls. Try again in "
        + "\(standing.secondsToReset) s.", retryAfterSeconds: standing.secondsToReset)
  }

  static let unavailable = Problem(
    status: .serviceUnavailable, title: "Service unavailable",
    detail: "The database does not answer. Nothing was saved; try again shortly.",
    retryAfterSeconds: 1)

  static func internalError(reference: String) -> Problem {
    Problem(
      status: .internalServerError, title: "Something went wrong on our side",
      detail: "Nothing more was saved. Reference \(reference).")
  }
}
