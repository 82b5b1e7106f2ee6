import CCurl

/// Owns a curl easy handle, and the buffer for its error text.
struct EasyHandle: ~Copyable {
  let raw: UnsafeMutableRawPointer  // CURL *
  let errorText: UnsafeMutablePointer<CChar>

  init() throws(CurlError) {
    guard let raw = curl_easy_init() else {
      throw .library(call: "curl_easy_init", code: 0, text: "no handle")
    }
    self.raw = raw
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_easy_cleanup(raw)
    errorText.deallocate()
  }

  func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
    try check(ccurl_set_long(raw, option, value), "curl_easy_setopt")
  }

  func set(_ option: CURLoption, _ value: Bool) throws(CurlError) {
    try set(option, value ? 1 : 0)
  }

  /// Libcurl copies the text.
  func set(_ option: CURLoption, _ value: String?) throws(CurlError) {
    try check(ccurl_set_string(raw, option, value), "curl_easy_setopt")
  }

  /// Libcurl keeps the pointer alone.
  func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) throws(CurlError) {
    try check(ccurl_set_pointer(raw, option, value), "curl_easy_setopt")
  }

  /// Has what the check of the server's certificate finds written down; libcurl keeps the pointer.
  func lookAtCertificate(_ note: UnsafeMutablePointer<ccurl_certificate>?) throws(CurlError) {
    try check(ccurl_look_at(raw, note), "curl_easy_setopt")
  }

  func long(_ info: CURLINFO) -> Int {
    var value = 0
    return ccurl_get_long(raw, info, &value) == CURLE_OK ? value : 0
  }

  /// Nil where libcurl has measured nothing.
  func microseconds(_ info: CURLINFO) -> Int? {
    var value: curl_off_t = 0
    return ccurl_get_offset(raw, info, &value) == CURLE_OK && value > 0 ? Int(value) : nil
  }

  /// What libcurl says about this failure, or about failures of this kind.
  func message(for code: CurlCode) -> String {
    if code == .ok {
      ""
    } else if errorText[0] != 0 {
      String(cString: errorText)
    } else {
      code.description
    }
  }
}
