import CCurl

/// The parts of a request that libcurl reads while a transfer runs, and does not copy: the body and
/// the list of header lines. One piece of memory each, used again by the next request.
struct RequestMemory: ~Copyable {
  private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)
  private var lines = UnsafeMutableBufferPointer<curl_slist>.allocate(capacity: 0)

  var body: UnsafeMutableRawPointer? { bytes.baseAddress }
  var fields: UnsafeMutablePointer<curl_slist>? { lines.baseAddress }

  deinit {
    bytes.deallocate()
    lines.deallocate()
  }

  /// - Throws: `CurlError.unsendable` for a header that would not arrive as it is.
  mutating func fill(with request: ExchangeRequest) throws(CurlError) {
    var count = request.body.count + 1  // never empty, so that there is an address
    for header in request.headers {
      try checkHeader(header.name, header.value)
      count += header.name.utf8.count + header.value.utf8.count + 3
    }
    reserve(byteCount: count, lineCount: request.headers.count + 3)

    bytes.copyBytes(from: request.body)
    var end = request.body.count
    var line = 0
    for header in request.headers {
      append(header, at: &end, line: &line)
    }
    // A name without a value takes back the header that libcurl would add on its own.
    appendRemoval("Expect:", line: &line)
    if !request.headers.contains(where: { isSame($0.name, "accept") }) {
      appendRemoval("Accept:", line: &line)
    }
    if !request.headers.contains(where: { isSame($0.name, "content-type") }) {
      appendRemoval("Content-Type:", line: &line)
    }
    lines[line - 1].next = nil
  }

  /// Grows to what is needed; gives back what one large body took.
  private mutating func reserve(byteCount: Int, lineCount: Int) {
    if bytes.count < byteCount || bytes.count > max(65_536, byteCount) {
      bytes.deallocate()
      bytes = .allocate(byteCount: max(4_096, byteCount), alignment: 16)
    }
    if lines.count < lineCount {
      lines.deallocate()
      lines = .allocate(capacity: max(16, lineCount))
    }
  }

  /// Writes `name: value`, or `name;`, which is how libcurl spells a header with an empty value.
  private mutating func append(
    _ header: (name: String, value: String), at end: inout Int, line: inout Int
  ) {
    let start = end
    copy(header.name, to: &end)
    if header.value.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
      copy(";", to: &end)
    } else {
      copy(": ", to: &end)
      copy(header.value, to: &end)
    }
    bytes[end] = 0
    end += 1
    link(bytes.baseAddress! + start, line: &line)  // at least 4,096 bytes
  }

  /// The text is static and libcurl only reads it.
  private mutating func appendRemoval(_ text: StaticString, line: inout Int) {
    link(UnsafeMutableRawPointer(mutating: text.utf8Start), line: &line)
  }

  private mutating func link(_ text: UnsafeMutableRawPointer, line: inout Int) {
    let next = lines.baseAddress! + line + 1  // there is one line more than headers, at least
    lines[line] = curl_slist(data: text.assumingMemoryBound(to: CChar.self), next: next)
    line += 1
  }

  private func copy(_ text: String, to end: inout Int) {
    var text = text
    text.withUTF8 { utf8 in
      UnsafeMutableRawBufferPointer(rebasing: bytes[end...]).copyBytes(from: utf8)
      end += utf8.count
    }
  }
}

/// A value holds no line end and no NUL, which would end the text for C.
private func checkHeader(_ name: String, _ value: String) throws(CurlError) {
  guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else { throw .unsendable("header name") }
  guard value.utf8.allSatisfy({ $0 != 0x00 && $0 != 0x0A && $0 != 0x0D }) else {
    throw .unsendable("header \(name)")
  }
}

/// RFC 9110 section 5.6.2. A colon or semicolon would mean something to libcurl.
private func isTokenByte(_ byte: UInt8) -> Bool {
  switch Unicode.Scalar(byte) {
  case "a"..."z", "A"..."Z", "0"..."9", "-", "_", "!", "#", "$", "%", "&", "'", "*", "+", ".", "^",
    "`", "|", "~":
    true
  default:
    false
  }
}

private func isSame(_ name: String, _ lowerCase: StaticString) -> Bool {
  guard name.utf8.count == lowerCase.utf8CodeUnitCount else { return false }
  return lowerCase.withUTF8Buffer { expected in
    zip(name.utf8, expected).allSatisfy { $0 | 0x20 == $1 | 0x20 }
  }
}
