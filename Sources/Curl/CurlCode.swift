import CCurl

/// How a transfer ended, in libcurl's numbers. Unknown ones survive.
package struct CurlCode: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  init(_ code: CURLcode) {
    rawValue = code.rawValue
  }

  /// `CURLE_OK`
  package static let ok = CurlCode(CURLE_OK)
  /// `CURLE_UNSUPPORTED_PROTOCOL`: also an answer that is no HTTP.
  package static let unsupportedProtocol = CurlCode(CURLE_UNSUPPORTED_PROTOCOL)
  /// `CURLE_COULDNT_RESOLVE_HOST`
  package static let couldNotResolveHost = CurlCode(CURLE_COULDNT_RESOLVE_HOST)
  /// `CURLE_COULDNT_CONNECT`
  package static let couldNotConnect = CurlCode(CURLE_COULDNT_CONNECT)
  /// `CURLE_WEIRD_SERVER_REPLY`
  package static let weirdServerReply = CurlCode(CURLE_WEIRD_SERVER_REPLY)
  /// `CURLE_HTTP2`
  package static let http2 = CurlCode(CURLE_HTTP2)
  /// `CURLE_PARTIAL_FILE`: the body is shorter than announced.
  package static let partialBody = CurlCode(CURLE_PARTIAL_FILE)
  /// `CURLE_WRITE_ERROR`: a limit of ours was reached.
  package static let stopped = CurlCode(CURLE_WRITE_ERROR)
  /// `CURLE_OUT_OF_MEMORY`: also one endless header line.
  package static let outOfMemory = CurlCode(CURLE_OUT_OF_MEMORY)
  /// `CURLE_OPERATION_TIMEDOUT`
  package static let timedOut = CurlCode(CURLE_OPERATION_TIMEDOUT)
  /// `CURLE_SSL_CONNECT_ERROR`
  package static let tlsHandshake = CurlCode(CURLE_SSL_CONNECT_ERROR)
  /// `CURLE_PEER_FAILED_VERIFICATION`
  package static let certificate = CurlCode(CURLE_PEER_FAILED_VERIFICATION)
  /// `CURLE_GOT_NOTHING`
  package static let gotNothing = CurlCode(CURLE_GOT_NOTHING)
  /// `CURLE_SEND_ERROR`
  package static let sendError = CurlCode(CURLE_SEND_ERROR)
  /// `CURLE_RECV_ERROR`
  package static let receiveError = CurlCode(CURLE_RECV_ERROR)
  /// `CURLE_ABORTED_BY_CALLBACK`: refused at the peer, too many bytes, or about to be sent twice.
  package static let aborted = CurlCode(CURLE_ABORTED_BY_CALLBACK)
}

/// What went wrong with libcurl itself, rather than with a transfer.
package struct CurlError: Error, Sendable, CustomStringConvertible {
  /// The C function.
  package let function: String
  package let message: String

  package var description: String { "\(function): \(message)" }
}

func check(_ code: CURLcode, _ function: String = "curl_easy_setopt") throws(CurlError) {
  guard code != CURLE_OK else { return }
  throw CurlError(function: function, message: String(cString: curl_easy_strerror(code)))
}

func check(_ code: CURLMcode, _ function: String) throws(CurlError) {
  guard code != CURLM_OK else { return }
  throw CurlError(function: function, message: String(cString: curl_multi_strerror(code)))
}

package enum Curl {
  /// Once, before any thread uses libcurl. The corresponding C function is `curl_global_init`.
  package static func initialize() throws(CurlError) {
    try check(curl_global_init(Int(CURL_GLOBAL_DEFAULT)), "curl_global_init")
  }
}
