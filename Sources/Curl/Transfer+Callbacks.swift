import CCurl

extension Transfer {
  /// The transfer that an easy handle was made for.
  static func of(_ easy: UnsafeMutableRawPointer) -> Transfer {
    var context: UnsafeMutableRawPointer?
    ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context)
    return of(context: context)
  }

  private static func of(context: UnsafeMutableRawPointer?) -> Transfer {
    guard let context else { preconditionFailure("each handle is given its transfer") }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }

  func installCallbacks() throws(CurlError) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    for option in [
      CURLOPT_PRIVATE, CURLOPT_OPENSOCKETDATA, CURLOPT_PREREQDATA, CURLOPT_HEADERDATA,
      CURLOPT_WRITEDATA,
    ] {
      try easy.set(option, context)
    }
    // The socket may be closed long after this transfer: by the pool's end.
    try easy.set(CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(connections).toOpaque())

    try check(
      ccurl_set_open_socket(easy.raw) { context, _, candidate in
        let transfer = Transfer.of(context: context)
        transfer.noteResolved()
        return candidate.map { transfer.gate.open($0) } ?? CURL_SOCKET_BAD
      }, "curl_easy_setopt")
    try check(
      ccurl_set_close_socket(easy.raw) { connections, socket in
        guard let connections else { return -1 }
        return Unmanaged<ConnectionTable>.fromOpaque(connections).takeUnretainedValue()
          .close(socket)
      }, "curl_easy_setopt")
    try check(
      ccurl_set_prereq(easy.raw) { context, peer, _, port, localPort in
        let transfer = Transfer.of(context: context)
        transfer.noteResolved()
        let address = peer.flatMap { PeerAddress(text: $0, port: port) }
        let isAdmitted = transfer.gate.admit(
          address, localPort: localPort, connections: transfer.connections)
        // Here alone: once the transfer has ended, libcurl has let go of the connection.
        if isAdmitted { transfer.security = ConnectionSecurity(of: transfer.easy.raw) }
        return isAdmitted ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
      }, "curl_easy_setopt")
    try check(
      ccurl_set_write(easy.raw, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return Transfer.of(context: context).response.takeHeader(line) ? line.count : 0
      }, "curl_easy_setopt")
    try check(
      ccurl_set_write(easy.raw, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return Transfer.of(context: context).response.takeBody(piece) ? piece.count : 0
      }, "curl_easy_setopt")
  }
}

extension ConnectionSecurity {
  /// Of the connection that an easy handle is using now; nil where it is not secured.
  fileprivate init?(of easy: UnsafeMutableRawPointer) {
    var name = [CChar](repeating: 0, count: 16)
    var ends: Int64 = -1
    guard ccurl_security(easy, &name, name.count, &ends) == 1 else { return nil }
    version = String(
      decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    certificateEnds = ends < 0 ? nil : ends
  }
}
