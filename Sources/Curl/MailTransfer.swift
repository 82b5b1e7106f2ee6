import CCurl

/// One message to one address, handed to a mail server. Blocks until it is over.
package struct MailTransfer {
  /// `smtp://mail.example.com:587`, without user and password.
  package var url: String
  package var user: String?
  package var password: String?
  package var from: String
  package var to: String
  /// Headers and body, lines ending in CR LF. Dots at their beginnings are libcurl's affair.
  package var message: [UInt8]
  /// A server that does not offer STARTTLS is refused.
  package var requiresTLS: Bool
  package var timeoutMilliseconds: Int

  package init(
    url: String, user: String?, password: String?, from: String, to: String, message: [UInt8],
    requiresTLS: Bool, timeoutMilliseconds: Int
  ) {
    self.url = url
    self.user = user
    self.password = password
    self.from = from
    self.to = to
    self.message = message
    self.requiresTLS = requiresTLS
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  package struct Result: Sendable {
    package let code: CurlCode
    /// The last answer's, such as 250 or 550; 0 where there was none.
    package let status: Int
  }

  /// - Throws: `CurlError` where libcurl cannot be used; how the server took it is in the result.
  package func perform() throws(CurlError) -> Result {
    let easy = try EasyHandle()
    // Nothing from the environment.
    try easy.set(CURLOPT_PROXY, "")
    try easy.set(CURLOPT_NOPROXY, "*")
    try easy.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
    try easy.set(CURLOPT_NOSIGNAL, true)
    try easy.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    try easy.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    try easy.set(CURLOPT_CAINFO, CertificateAuthorities.systemFile)
    try easy.set(
      CURLOPT_USE_SSL, Int((requiresTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE).rawValue))
    try easy.set(CURLOPT_CONNECTTIMEOUT_MS, timeoutMilliseconds / 2)
    try easy.set(CURLOPT_TIMEOUT_MS, timeoutMilliseconds)
    try easy.set(CURLOPT_URL, url)
    if let user {
      try easy.set(CURLOPT_USERNAME, user)
      try easy.set(CURLOPT_PASSWORD, password)
    }
    try easy.set(CURLOPT_MAIL_FROM, "<\(from)>")
    let recipients = curl_slist_append(nil, "<\(to)>")
    defer { curl_slist_free_all(recipients) }
    try check(ccurl_set_list(easy.raw, CURLOPT_MAIL_RCPT, recipients), "curl_easy_setopt")
    try easy.set(CURLOPT_UPLOAD, true)
    try check(ccurl_set_read(easy.raw, readMessage), "curl_easy_setopt")
    let source = MessageSource(message)
    try easy.set(CURLOPT_READDATA, Unmanaged.passUnretained(source).toOpaque())
    let code = CurlCode(curl_easy_perform(easy.raw))
    // Libcurl holds an unretained pointer to it until here.
    withExtendedLifetime(source) {}
    return Result(code: code, status: easy.long(CURLINFO_RESPONSE_CODE))
  }
}

/// What of a message libcurl has not read yet.
private final class MessageSource {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func read(into buffer: UnsafeMutableRawPointer, capacity: Int) -> Int {
    let count = min(capacity, bytes.count - position)
    bytes[position..<position + count].withUnsafeBytes { piece in
      if let base = piece.baseAddress { buffer.copyMemory(from: base, byteCount: count) }
    }
    position += count
    return count
  }
}

/// The corresponding C type is `curl_read_callback`.
private func readMessage(
  _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ source: UnsafeMutableRawPointer?
) -> Int {
  guard let buffer, let source else { return 0 }
  return Unmanaged<MessageSource>.fromOpaque(source).takeUnretainedValue()
    .read(into: buffer, capacity: size * count)
}
