import CCurl
import Glibc

/// libcurl as a whole.
package enum Curl {
  /// Prepares libcurl and its TLS library. To be called once in `main`, before the first thread.
  ///
  /// `SSLKEYLOGFILE` is removed from the environment: libcurl would write every session's keys to
  /// that file. Nothing else in the environment reaches an exchange.
  ///
  /// The corresponding C function is `curl_global_init`.
  package static func initialize() throws(CurlError) {
    unsetenv("SSLKEYLOGFILE")
    try check(curl_global_init(Int(CURL_GLOBAL_DEFAULT)), "curl_global_init")
  }
}
