import CCurl

/// How an exchange went.
package struct ExchangeResult: Sendable {
  /// Why we ended it; nil where it ended by itself, or libcurl or the time did.
  package enum Stop: Sendable {
    /// The body reached its limit. `code` is `.ok`.
    case bodyLimit
    /// Header lines without end, or one line of more than 100 KiB, libcurl's own limit.
    case headerLimit
    case rawLimit
    /// A candidate or the peer failed the address check. No other address of the name was used.
    case addressRefused
    /// A kept connection was closed after the request had begun to go out, and libcurl was about to
    /// send it once more. The receiver may have acted on it, and has got it at most once.
    case resend
    /// The system gave us no socket: too many are open, or its memory is at its end. Nothing was sent.
    case noSocket
  }

  package let code: CurlCode
  /// Libcurl's text for this very failure, empty where it has none. May name hosts and addresses.
  package let message: String
  package let stop: Stop?
  /// Of the final response, as soon as its first line has come; interim ones (1xx) are dropped.
  package let status: Int?
  /// Whether all header lines of the final response have come. A status without is half an answer.
  package let headersComplete: Bool
  package let headers: ResponseFields
  /// Decoded, and at most the limit long.
  package let body: [UInt8]
  package let timings: ExchangeTimings
  /// The peer, or else the last address that was tried or refused.
  package let remote: PeerAddress?
  /// Every address of a name that was only looked up; empty where it was not found in time.
  package let candidates: [PeerAddress]
  /// Whether an exchange that only connects came so far; `code` is `.aborted` then.
  package let isConnected: Bool
  /// What an exchange that only connects has seen of the server's certificate; nil without TLS.
  package let certificate: CertificateSeen?
  /// Whether the request may have been sent, in part or whole.
  package let requestWasStarted: Bool
  package let connectionWasReused: Bool
  /// Of the answer: 10 for HTTP/1.0, 11 for HTTP/1.1; nil without one.
  package let httpVersion: Int?
  /// Of the connection that the request went over; nil for plain HTTP and where there was none.
  package let security: ConnectionSecurity?
  /// Set when `code` is `.certificateRefused`.
  package let certificateFault: CertificateFault?

  package var bodyWasCut: Bool { stop == .bodyLimit }
  package var addressWasRefused: Bool { stop == .addressRefused }
  package var resendWasRefused: Bool { stop == .resend }
  /// It ended, before anything was sent, for want of what is ours: a socket, or the file of
  /// authorities, which is opened for each connection.
  package var lackedMeans: Bool { stop == .noSocket || code == .authoritiesUnreadable }
}

/// How long each part took, in microseconds; nil where it did not happen.
///
/// A kept connection has no look-up, connect and TLS. Libcurl tells connect and TLS only when both are
/// done, so a handshake that fails or hangs leaves nil in both.
package struct ExchangeTimings: Equatable, Sendable {
  package let totalMicroseconds: Int
  package let nameLookupMicroseconds: Int?
  package let connectMicroseconds: Int?
  package let tlsMicroseconds: Int?
  /// From the request to the first byte of an answer.
  package let firstByteMicroseconds: Int?
}

/// What TLS agreed on.
package struct ConnectionSecurity: Equatable, Sendable {
  /// `TLSv1.3`
  package let version: String
  /// When the peer's certificate ends, in seconds since 1970; nil where that cannot be read.
  package let certificateEnds: Int64?
}

/// Why a certificate was refused.
package enum CertificateFault: Equatable, Sendable {
  case expired
  case notYetValid
  case unknownAuthority
  case selfSigned
  case wrongName
  /// Any other code of OpenSSL (`X509_V_ERR_…`), such as 66 for a key that is too short.
  case other(Int)

  /// - Parameter code: `CURLINFO_SSL_VERIFYRESULT`. Where the chain is good and libcurl, which compares
  ///   the names itself, did not find ours, it is as at the start: 1, unspecified.
  init(code: Int) {
    self =
      switch code {
      case 0, 1: .wrongName
      case 9: .notYetValid
      case 10: .expired
      case 18: .selfSigned
      // 19: the chain ends in one that signed itself, and that is not known.
      case 2, 19, 20, 21: .unknownAuthority
      default: .other(code)
      }
  }
}

/// A server's certificate as its check saw it.
package struct CertificateSeen: Equatable, Sendable {
  /// Of the certificate that is at fault, or else of the server's own: seconds since 1970.
  package let validFrom: Int64
  package let validUntil: Int64
  /// The server sent its own certificate alone, and that names a place to get the next one from: the
  /// chain was left out.
  package let isIncomplete: Bool

  init?(_ note: ccurl_certificate) {
    guard note.sent > 0 else { return nil }
    validFrom = note.not_before
    validUntil = note.not_after
    let isWithoutIssuer =
      note.fault == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
      || note.fault == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE
    isIncomplete = isWithoutIssuer && note.sent == 1 && note.names_issuer == 1
  }
}
