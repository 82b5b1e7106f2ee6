import Domain
import HTTPTypes

extension Response {
  /// Tells the caller where it stands. The window of the policy is in seconds.
  /// Source: draft-ietf-httpapi-ratelimit-headers-10.
  func telling(_ standing: RateStanding) -> Response {
    let limit = standing.limit
    return adding(.rateLimitPolicy, "\"key\";q=\(limit.count);w=\(limit.unit.seconds)")
      .adding(.rateLimit, "\"key\";r=\(standing.remaining);t=\(standing.secondsToReset)")
  }
}

extension HTTPField.Name {
  static let rateLimit = HTTPField.Name("RateLimit")!
  static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
}
