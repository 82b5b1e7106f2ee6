import CCurl

/// How libcurl says that an exchange ended. The corresponding C type is `CURLcode`.
package struct CurlCode: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  init(_ code: CURLcode) {
    self.init(rawValue: Int32(bitPattern: code.rawValue))
  }

  package static let ok = CurlCode(CURLE_OK)
  /// A scheme that is not allowed, or an answer that is not HTTP/1: garbage, HTTP/0.9, HTTP/2 frames.
  package static let unsupportedProtocol = CurlCode(CURLE_UNSUPPORTED_PROTOCOL)
  package static let nameNotResolved = CurlCode(CURLE_COULDNT_RESOLVE_HOST)
  /// Refused, unreachable, or every address was refused by the check.
  package static let notConnected = CurlCode(CURLE_COULDNT_CONNECT)
  package static let weirdReply = CurlCode(CURLE_WEIRD_SERVER_REPLY)
  /// The body ended before its announced length.
  package static let partialBody = CurlCode(CURLE_PARTIAL_FILE)
  package static let outOfMemory = CurlCode(CURLE_OUT_OF_MEMORY)
  package static let timedOut = CurlCode(CURLE_OPERATION_TIMEDOUT)
  package static let tlsHandshake = CurlCode(CURLE_SSL_CONNECT_ERROR)
  /// We ended it: a refused peer, a second sending, too many bytes.
  package static let aborted = CurlCode(CURLE_ABORTED_BY_CALLBACK)
  /// The connection was closed without an answer.
  package static let noAnswer = CurlCode(CURLE_GOT_NOTHING)
  package static let sendFailed = CurlCode(CURLE_SEND_ERROR)
  package static let receiveFailed = CurlCode(CURLE_RECV_ERROR)
  package static let tlsCipher = CurlCode(CURLE_SSL_CIPHER)
  /// The certificate is not to be trusted; `ExchangeResult.certificateFault` tells why.
  package static let certificateRefused = CurlCode(CURLE_PEER_FAILED_VERIFICATION)
  package static let badEncoding = CurlCode(CURLE_BAD_CONTENT_ENCODING)
  package static let tlsShutdown = CurlCode(CURLE_SSL_SHUTDOWN_FAILED)
  package static let authoritiesUnreadable = CurlCode(CURLE_SSL_CACERT_BADFILE)

  /// Whether TLS is what failed, at our side or theirs.
  package var isTLS: Bool {
    switch self {
    case .tlsHandshake, .tlsCipher, .certificateRefused, .tlsShutdown, .authoritiesUnreadable:
      true
    default:
      false
    }
  }
}

extension CurlCode: CustomStringConvertible {
  /// libcurl's own sentence for the code, without anything of this exchange in it.
  package var description: String {
    String(cString: curl_easy_strerror(CURLcode(UInt32(bitPattern: rawValue))))
  }
}
