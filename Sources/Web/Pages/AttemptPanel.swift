import Domain

/// Everything about one attempt: how long what took, what we sent, what came back.
struct AttemptPanel {
  let attempt: Attempt
  /// What was sent; nil once it is purged.
  let body: [UInt8]?
  let retention: Interval
  /// Names of headers and sizes of bodies alone: nobody has said why the rest is to be seen.
  var isVeiled = false

  func render() -> HTML {
    """
    <section class="card attempt" id="attempt" aria-labelledby="attempt-heading">
    <div class="bar"><h2 id="attempt-heading">Attempt \(attempt.number)</h2>\(result)\
    <p class="sub end">\(TimeText(moment: attempt.startedAt, form: .millisecond).html)\
    <span class="utc" data-utc hidden>\(utc) UTC</span></p></div>
    \(TimingBar(timings: attempt.timings).render())
    \(request)
    \(response)
    </section>
    """
  }

  private var utc: String {
    String(attempt.startedAt.rfc3339.dropFirst(11).prefix(12))
  }

  private var result: HTML {
    let tone = attempt.error == nil ? "ok" : "bad"
    if let status = attempt.responseStatus {
      return "<code class=\"code \(tone)\">\(StatusWords.line(status))</code>"
    }
    return "<span class=\"tag \(tone)\">\(attempt.error?.inShort ?? "")</span>"
  }

  private var request: HTML {
    """
    <div class="part"><div class="subhead"><h3>Request</h3>\
    <p class="sub">\(attempt.remoteAddress.map { "<code>\($0)</code>" })\(connection)</p></div>
    <div class="panel"><p class="start"><code>POST \(HTML.breakable(address))</code></p>
    \(headers(attempt.requestHeaders))
    \(isVeiled && body != nil ? veiledBody : RequestBody(body: body, retention: retention).rows)
    </div></div>
    """
  }

  /// A query may hold a secret.
  private var address: String { isVeiled ? attempt.endpointURL.withoutQuery : attempt.endpointURL }

  private var veiledBody: HTML { "<p class=\"start\">The body is not shown.</p>" }

  /// `, HTTP/1.1, TLS 1.3, its certificate ends 3 Mar 2027, 12:00`
  private var connection: HTML {
    let facts = attempt.connection
    var parts: [HTML] = []
    if let version = facts.httpVersion { parts.append(version == 10 ? "HTTP/1.0" : "HTTP/1.1") }
    if let version = facts.tlsVersion {
      parts.append(
        HTML(version.hasPrefix("TLSv") ? "TLS " + version.dropFirst(4) : version))
    }
    if let end = facts.certificateEndsAt {
      parts.append("its certificate ends \(TimeText(moment: end, form: .minute).html)")
    }
    return parts.reduce(HTML()) { "\($0), \($1)" }
  }

  /// What came back.
  var response: HTML {
    guard let status = attempt.responseStatus else {
      return """
        <div class="part"><h3>Response</h3><p class="sub">There was none.</p></div>
        """
    }
    let wait = attempt.timings.firstByte.map { time in
      "<p class=\"sub\">Began after \(Words.duration(microseconds: time))</p>" as HTML
    }
    return """
      <div class="part"><div class="subhead"><h3>Response</h3>\(wait)</div>
      <div class="panel"><p class="start"><code>\(StatusWords.line(status))</code></p>
      \(headers(attempt.responseHeaders))
      \(responseBody)
      </div></div>
      """
  }

  private func headers(_ headers: [Attempt.Header]) -> HTML {
    """
    <details open><summary>\(Icon.chevronDown)<span>Headers</span> \
    <span class="pill">\(headers.count)</span></summary>
    <dl class="headers">\(headers.map { header in
      "<div><dt>\(header.name)</dt><dd>\(isVeiled ? "••••" : header.value)</dd></div>\n"
    })</dl></details>
    """
  }

  private var responseBody: HTML {
    let bytes = attempt.responseBody
    if bytes.isEmpty { return "<p class=\"start\">No body</p>" }
    if isVeiled { return veiledBody }
    let isCut = bytes.count >= Attempt.bodyLimitBytes
    let size: String =
      isCut ? "the first \(Words.size(bytes.count))" : Words.size(bytes.count)
    let text = BodyText(bytes)
    return """
      <details open><summary>\(Icon.chevronDown)<span>Body</span> \
      <span class="sub">\(size), \(text.isText ? "text" : "not text")</span></summary>
      \(CodeBlock.copyButton(of: "response-body", "response body"))
      \(CodeBlock(id: "response-body", label: "Response body", text: text.shown).render())
      </details>
      """
  }
}

/// The body that we send, for reading and as it went out.
struct RequestBody {
  let body: [UInt8]?
  let retention: Interval

  /// With a frame of its own.
  var panel: HTML { "<div class=\"panel\">\(rows)</div>" }

  var rows: HTML {
    guard let body else {
      return """
        <p class="start">The body was deleted after \(Words.length(retention)). Times and answers \
        are kept.</p>
        """
    }
    let text = String(decoding: body, as: UTF8.self)
    let pretty = JSONText.indented(body)
    return """
      <details open><summary>\(Icon.chevronDown)<span>Body</span> \
      <span class="sub">\(Words.size(body.count))</span></summary>
      \(CodeBlock(id: "request-body", label: "Request body", text: pretty).render())
      </details>
      <details><summary>\(Icon.chevronDown)<span>Body as sent</span> \
      <span class="sub">byte for byte</span></summary>
      \(CodeBlock.copyButton(of: "request-body-sent", "request body as sent"))
      \(CodeBlock(id: "request-body-sent", label: "Request body as sent", text: text).render())
      </details>
      """
  }
}

/// Bytes from somebody else's server: as text where they are text, else in hexadecimal.
struct BodyText {
  let isText: Bool
  let shown: String

  init(_ bytes: [UInt8]) {
    // A cut may have gone through a character: up to three bytes may be missing at the end.
    let text = (0...3).lazy.compactMap { String(validating: bytes.dropLast($0), as: UTF8.self) }
      .first
    if let text, !bytes.contains(0) {
      isText = true
      shown = text
    } else {
      isText = false
      shown = Self.hexadecimal(bytes.prefix(256))
    }
  }

  /// Sixteen bytes a line.
  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    stride(from: 0, to: bytes.count, by: 16).map { start in
      bytes[start..<min(start + 16, bytes.count)].map { Hex.encode([$0]) }.joined(separator: " ")
    }.joined(separator: "\n")
  }
}
