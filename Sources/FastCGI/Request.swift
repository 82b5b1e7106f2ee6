import CFastCGI
import Glibc

/// One request of the web server, borrowed from `Listener.serve` for as long as the call lasts. Owns
/// the connection and an `FCGX_Request`.
package struct Request: ~Copyable {
  /// What the web server asks for. Source: FastCGI specification, section 6.
  package enum Role: Int32, Sendable {
    case responder = 1
    case authorizer, filter
  }

  package let role: Role

  /// Every parameter in the order the web server sent it; one sent twice is here twice.
  ///
  /// Bytes, since a header need not be UTF-8. libfcgi keeps each as the C string `name=value`, so
  /// a name ends at its first `=`, and a NUL ends the parameter.
  package let parameters: [(name: [UInt8], value: [UInt8])]

  /// Whether this is a request to answer: the role is responder, there is a `REQUEST_METHOD`, and the
  /// parameters ended as they should.
  ///
  /// libfcgi also passes on what was aborted or hung up in the middle of its parameters.
  package let isComplete: Bool

  private let handle: UnsafeMutablePointer<FCGX_Request>

  /// Reads the beginning of a request up to the end of its parameters, or nil when there is none: then
  /// the connection is closed. The corresponding C function is `FCGX_Accept_r`.
  init?(takingOwnership connection: Int32) {
    let handle = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)
    // With -1 to listen on, a connection without a request is an error, not a wait for the next one.
    FCGX_InitRequest(handle, -1, 0)
    // FCGX_Accept_r goes on with a connection that is kept open for a next request. The header calls
    // both fields private; they are the same up to 2.4.7, the newest.
    handle.pointee.ipcFd = connection
    handle.pointee.keepConnection = 1
    guard
      FCGX_Accept_r(handle) == 0,
      // libfcgi itself refuses other roles.
      let role = Role(rawValue: handle.pointee.role)
    else {
      FCGX_Free(handle, 1)
      handle.deallocate()
      return nil
    }
    // A web server that wants to keep the connection would hold this thread while it is idle.
    handle.pointee.keepConnection = 0

    let parameters = Self.copyParameters(handle.pointee.envp)
    self.role = role
    self.parameters = parameters
    isComplete =
      role == .responder && FCGX_GetError(handle.pointee.in) == 0
      && parameters.contains { $0.name.elementsEqual("REQUEST_METHOD".utf8) }
    self.handle = handle
  }

  deinit {
    FCGX_Finish_r(handle)
    handle.deallocate()
  }

  /// Reads the body, of exactly `length` bytes.
  ///
  /// Call it once. The memory is taken before the first byte has come: check `length` against a limit.
  /// - Throws: `FastCGIError.bodyCutShort` when it ends, is aborted or stalls before that,
  ///   `.bodyTooLong` when it goes on after that.
  package func body(length: Int) throws(FastCGIError) -> [UInt8] {
    precondition(length >= 0, "a body's length is not negative")
    let input = handle.pointee.in
    // After an abort libfcgi would wait for more.
    guard FCGX_GetError(input) == 0 else { throw .bodyCutShort }
    let body = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      count = Self.read(into: UnsafeMutableRawBufferPointer(buffer), from: input)
    }
    guard body.count == length else { throw .bodyCutShort }
    // Only the record that ends the body tells a complete one from a connection that broke off here.
    guard FCGX_GetChar(input) == EOF else { throw .bodyTooLong }
    guard FCGX_GetError(input) == 0 else { throw .bodyCutShort }
    return body
  }

  /// Writes all bytes of the response, header and body: CGI, RFC 3875 section 6.
  ///
  /// libfcgi keeps up to 8 KiB until the request ends, so that only a longer response can notice.
  /// - Throws: `FastCGIError.peerGone` when the web server has closed the connection or stalls.
  package func write(_ bytes: [UInt8]) throws(FastCGIError) {
    let output = handle.pointee.out
    let isWritten = bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let part = rest.prefix(Int(Int32.max))
        let start = UnsafeRawBufferPointer(rebasing: part).baseAddress
        let count = Int32(part.count)
        guard FCGX_PutStr(start?.assumingMemoryBound(to: CChar.self), count, output) == count
        else { return false }
        rest = rest.dropFirst(part.count)
      }
      return true
    }
    guard isWritten else { throw .peerGone }
  }

  /// Reads until the buffer is full or the stream ends, and gives the number of bytes read.
  private static func read(
    into buffer: UnsafeMutableRawBufferPointer, from input: UnsafeMutablePointer<FCGX_Stream>?
  ) -> Int {
    var filled = 0
    while filled < buffer.count {
      let wanted = Int32(clamping: buffer.count - filled)
      let start = buffer.baseAddress?.advanced(by: filled)
      let got = FCGX_GetStr(start?.assumingMemoryBound(to: CChar.self), wanted, input)
      filled += Int(got)
      if got < wanted { break }
    }
    return filled
  }

  private static func copyParameters(
    _ environment: FCGX_ParamArray?
  ) -> [(name: [UInt8], value: [UInt8])] {
    var parameters: [(name: [UInt8], value: [UInt8])] = []
    // The first is libfcgi's own, FCGI_ROLE.
    guard var next = environment?.advanced(by: 1) else { return [] }
    while let text = next.pointee {
      let bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))
      let equals = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.endIndex
      parameters.append((Array(bytes[..<equals]), Array(bytes[equals...].dropFirst())))
      next += 1
    }
    return parameters
  }
}
