import CCurl

/// A curl easy handle, used for one transfer after another. Everything that is the same for all of
/// them is set once.
final class EasyHandle {
  let raw: UnsafeMutableRawPointer  // CURL *
  private var headers: UnsafeMutablePointer<curl_slist>?

  init(trust: TrustStore) throws(CurlError) {
    guard let raw = curl_easy_init() else {
      throw CurlError(function: "curl_easy_init", message: "out of memory")
    }
    self.raw = raw
    try setConstants(trust)
    try setCallbacks()
  }

  deinit {
    curl_easy_cleanup(raw)
    curl_slist_free_all(headers)
  }

  /// Makes it ready for a request.
  /// - Parameter context: What the callbacks get; stays alive until the transfer has ended.
  func prepare(_ request: ExchangeRequest, context: Transfer) throws(CurlError) {
    let pointer = Unmanaged.passUnretained(context).toOpaque()
    for option in [
      CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_PREREQDATA,
      CURLOPT_OPENSOCKETDATA, CURLOPT_XFERINFODATA,
    ] {
      try check(ccurl_set_pointer(raw, option, pointer))
    }
    let protocols = request.options.allowsPlainHTTP ? "http,https" : "https"
    try check(ccurl_set_string(raw, CURLOPT_PROTOCOLS_STR, protocols))
    try check(ccurl_set_string(raw, CURLOPT_URL, request.url))
    try set(
      CURLOPT_CONNECTTIMEOUT_MS,
      min(request.options.connectTimeoutMilliseconds, request.options.totalTimeoutMilliseconds))
    try set(CURLOPT_TIMEOUT_MS, request.options.totalTimeoutMilliseconds)
    try setMethod(request)
    try setHeaders(request.headers)
  }

  private func setMethod(_ request: ExchangeRequest) throws(CurlError) {
    if request.method == "GET" {
      try check(ccurl_set_string(raw, CURLOPT_CUSTOMREQUEST, nil))
      try set(CURLOPT_HTTPGET, 1)
    } else {
      try set(CURLOPT_POST, 1)
      try check(ccurl_set_string(raw, CURLOPT_CUSTOMREQUEST, request.method))
      try check(ccurl_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
      // libcurl copies as many bytes as the size just set says.
      let code = request.body.withUnsafeBytes { bytes in
        ccurl_set_bytes(raw, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress ?? UnsafeRawPointer(raw))
      }
      try check(code)
    }
  }

  private func setHeaders(_ fields: [(name: String, value: String)]) throws(CurlError) {
    curl_slist_free_all(headers)
    headers = nil
    // libcurl's own additions, taken away.
    var list = curl_slist_append(nil, "Expect:")
    list = curl_slist_append(list, "Accept:")
    for field in fields {
      // A value that is empty is said by a semicolon; a colon would take the header away.
      let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
      list = curl_slist_append(list, line)
    }
    if !fields.contains(where: { $0.name.lowercased() == "content-type" }) {
      list = curl_slist_append(list, "Content-Type:")
    }
    headers = list
    try check(ccurl_set_list(raw, CURLOPT_HTTPHEADER, list))
  }

  private func setConstants(_ trust: TrustStore) throws(CurlError) {
    try set(CURLOPT_NOSIGNAL, 1)
    // No proxy whatever the environment says, and no file of passwords.
    try check(ccurl_set_string(raw, CURLOPT_PROXY, ""))
    try check(ccurl_set_string(raw, CURLOPT_NOPROXY, "*"))
    try set(CURLOPT_NETRC, 0)
    // A redirect would leave the address that has just been checked.
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    try set(CURLOPT_PATH_AS_IS, 1)
    try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    try set(CURLOPT_HTTP09_ALLOWED, 0)
    // Chunks are put together, but nothing is inflated.
    try set(CURLOPT_HTTP_CONTENT_DECODING, 0)
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    try check(ccurl_set_string(raw, CURLOPT_CAINFO, trust.path))
    try check(ccurl_set_string(raw, CURLOPT_CAPATH, nil))
    try set(CURLOPT_CA_CACHE_TIMEOUT, 3_600)
    try set(CURLOPT_DNS_CACHE_TIMEOUT, 60)
    // A look-up that hangs must not hold up the others when its transfer is given up.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_BUFFERSIZE, 16 * 1_024)
    try set(CURLOPT_NOPROGRESS, 0)
  }

  private func setCallbacks() throws(CurlError) {
    try check(
      ccurl_set_data_function(raw, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        Transfer.of(context).take(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
    try check(
      ccurl_set_data_function(raw, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        Transfer.of(context).take(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
    try check(
      ccurl_set_prereq(raw) { context, peer, _, port, localPort in
        let text = peer.map { String(cString: $0) } ?? ""
        let goesOn = Transfer.of(context).mayBegin(
          with: PeerAddress(text: text, port: Int(port)), localPort: localPort)
        return goesOn ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
      })
    try check(
      ccurl_set_open(raw) { context, purpose, address in
        Transfer.of(context).openSocket(for: purpose, to: address)
      })
    try check(
      ccurl_set_progress(raw) { context, _, _, _, _ in
        Transfer.of(context).isWithinRawLimit ? 0 : 1
      })
  }

  private func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
    try check(ccurl_set_long(raw, option, value))
  }
}
