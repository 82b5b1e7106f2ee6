import CCurl
import Glibc

/// Something that should not happen here: how an exchange went is in its `ExchangeResult` instead.
package enum CurlError: Error, Equatable, Sendable {
  /// libcurl refused a call or an option; `text` is its own sentence for the code.
  case library(call: String, code: Int32, text: String)
  /// The system refused a call.
  case system(call: String, errno: Int32)
  /// A URL or header that would not arrive as it is: control bytes, white space, other than ASCII
  /// in a URL, a name that is no token. Names the place, never the text.
  case unsendable(String)
  /// The file of additional certificate authorities holds no certificate.
  case noCertificate(file: String)
}

func check(_ code: CURLcode, _ call: StaticString) throws(CurlError) {
  guard code != CURLE_OK else { return }
  throw .library(
    call: "\(call)", code: CurlCode(code).rawValue, text: String(cString: curl_easy_strerror(code)))
}

func check(_ code: CURLMcode, _ call: StaticString) throws(CurlError) {
  guard code != CURLM_OK else { return }
  throw .library(
    call: "\(call)", code: code.rawValue, text: String(cString: curl_multi_strerror(code)))
}

/// Passes on the result of a system call, or throws what `errno` says.
@discardableResult
func check(_ result: Int32, _ call: StaticString) throws(CurlError) -> Int32 {
  guard result < 0 else { return result }
  throw .system(call: "\(call)", errno: errno)
}
