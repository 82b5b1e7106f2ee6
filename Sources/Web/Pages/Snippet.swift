/// Code with which a receiver checks a signature: the one source for pages and README. A test runs each
/// of them against deliveries as they were sent.
struct Snippet {
  /// As in an id: `python`.
  let name: String
  let language: String
  let code: String

  static let all = [python, javascript, go, ruby, php, swift]

  private static let python = Snippet(
    name: "python", language: "Python",
    code: #"""
      import base64, hashlib, hmac, time

      def is_genuine(secret: str, headers: dict, body: bytes) -> bool:
          id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
          if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > 300:
              return False
          key = base64.b64decode(secret.removeprefix("whsec_"))
          digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
          expected = b"v1," + base64.b64encode(digest)
          given = headers["webhook-signature"].encode().split(b" ")
          return any([hmac.compare_digest(expected, one) for one in given])
      """#)

  private static let javascript = Snippet(
    name: "javascript", language: "JavaScript",
    code: #"""
      const crypto = require("node:crypto");

      function isGenuine(secret, headers, body /* Buffer */) {
        const id = headers["webhook-id"], timestamp = headers["webhook-timestamp"];
        if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
        const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
        const expected = Buffer.from("v1," +
          crypto.createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64"));
        return headers["webhook-signature"].split(" ").some((one) => {
          const given = Buffer.from(one);
          return given.length === expected.length && crypto.timingSafeEqual(given, expected);
        });
      }
      """#)

  private static let go = Snippet(
    name: "go", language: "Go",
    code: #"""
      import (
      	"crypto/hmac"
      	"crypto/sha256"
      	"encoding/base64"
      	"net/http"
      	"strconv"
      	"strings"
      	"time"
      )

      func isGenuine(secret string, header http.Header, body []byte) bool {
      	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
      	seconds, err := strconv.ParseInt(timestamp, 10, 64)
      	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
      		return false
      	}
      	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
      	if err != nil {
      		return false
      	}
      	mac := hmac.New(sha256.New, key)
      	mac.Write([]byte(id + "." + timestamp + "."))
      	mac.Write(body)
      	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
      	for _, given := range strings.Split(header.Get("webhook-signature"), " ") {
      		if hmac.Equal(expected, []byte(given)) {
      			return true
      		}
      	}
      	return false
      }
      """#)

  private static let ruby = Snippet(
    name: "ruby", language: "Ruby",
    code: #"""
      require "openssl"

      def genuine?(secret, headers, body)
        id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
        return false unless timestamp.match?(/\A\d+\z/) && (Time.now.to_i - timestamp.to_i).abs <= 300
        key = secret.delete_prefix("whsec_").unpack1("m")
        digest = OpenSSL::HMAC.digest("SHA256", key, "#{id}.#{timestamp}.".b + body.b)
        expected = "v1," + [digest].pack("m0")
        headers["webhook-signature"].split(" ").any? do |given|
          OpenSSL.secure_compare(expected, given)
        end
      end
      """#)

  private static let php = Snippet(
    name: "php", language: "PHP",
    code: #"""
      function isGenuine(string $secret, array $headers, string $body): bool {
          [$id, $timestamp] = [$headers['webhook-id'], $headers['webhook-timestamp']];
          if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) return false;
          $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
          $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
          foreach (explode(' ', $headers['webhook-signature']) as $given) {
              if (hash_equals($expected, $given)) return true;
          }
          return false;
      }
      """#)

  /// Written so that no line here begins as an import of our own.
  private static let swift = Snippet(
    name: "swift", language: "Swift",
    code: #"""
      import Crypto  // github.com/apple/swift-crypto
      \#("import Foundation")

      func isGenuine(secret: String, headers: [String: String], body: Data) -> Bool {
        guard let id = headers["webhook-id"], let timestamp = headers["webhook-timestamp"],
          let seconds = Double(timestamp), abs(Date().timeIntervalSince1970 - seconds) <= 300,
          secret.hasPrefix("whsec_"), let key = Data(base64Encoded: String(secret.dropFirst(6)))
        else { return false }
        let content = Data("\(id).\(timestamp).".utf8) + body
        return (headers["webhook-signature"] ?? "").split(separator: " ").contains { one in
          guard one.hasPrefix("v1,"), let given = Data(base64Encoded: String(one.dropFirst(3)))
          else { return false }
          return HMAC<SHA256>.isValidAuthenticationCode(
            given, authenticating: content, using: SymmetricKey(data: key))
        }
      }
      """#)
}

/// The snippets one below the other, with an index; with the script they become tabs.
struct Snippets {
  /// Stands before their ids.
  var prefix = "snippet"

  func render() -> HTML {
    """
    <div data-tabs>
    <ul class="index plain">\(Snippet.all.map { snippet in
      "<li><a href=\"#\(prefix)-\(snippet.name)\">\(snippet.language)</a></li>"
    })</ul>
    \(Snippet.all.map(section))
    </div>
    """
  }

  private func section(_ snippet: Snippet) -> HTML {
    """
    <section id="\(prefix)-\(snippet.name)" aria-label="\(snippet.language)">
    <div class="subhead"><h3>\(snippet.language)</h3>\
    \(CodeBlock.copyButton(of: "\(prefix)-\(snippet.name)-code", "\(snippet.language) code"))</div>
    \(CodeBlock(
      id: "\(prefix)-\(snippet.name)-code", label: "\(snippet.language) code", text: snippet.code
    ).render())
    </section>

    """
  }
}
