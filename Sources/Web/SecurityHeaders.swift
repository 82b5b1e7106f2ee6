import HTTPTypes

extension Response {
  /// What every answer carries: nothing is kept in caches, framed, sniffed or run from elsewhere.
  func secured(isHTTPS: Bool) -> Response {
    var copy = self
    copy.fields[.contentSecurityPolicyName] = """
      default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'
      """
    copy.fields[.xContentTypeOptions] = "nosniff"
    copy.fields[.referrerPolicy] = "no-referrer"
    copy.fields[.permissionsPolicy] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    // A page that opens a provider's says so itself.
    if copy.fields[.crossOriginOpenerPolicy] == nil {
      copy.fields[.crossOriginOpenerPolicy] = "same-origin"
    }
    copy.fields[.crossOriginResourcePolicy] = "same-origin"
    if copy.fields[.cacheControl] == nil { copy.fields[.cacheControl] = "no-store" }
    if isHTTPS {
      copy.fields[.strictTransportSecurity] = "max-age=31536000; includeSubDomains"
    }
    return copy
  }
}
