import Domain
import HTTPTypes

// Our script sends forms in place. It gets what a browser would get, but for a redirect: that it could
// not see, and a page that shows something once would be used up by it.

extension RequestHead {
  /// Sent by patchbay.js rather than by the browser itself.
  var isOfScript: Bool { header("Patchbay-Script") == "1" }
}

extension Response {
  /// A redirect as `{"location": …}`; anything else as it is.
  func toldToScript() -> Response {
    guard status == .seeOther, let location = fields[.location] else { return self }
    return .json(JSONWriter.object { $0.member("location", location) })
  }
}
