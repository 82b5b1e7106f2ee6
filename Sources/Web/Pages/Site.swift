import Domain

/// What the product is called, in this place alone.
enum Brand {
  static let name = "Patchbay"
}

/// What the configuration says that pages tell.
struct Site {
  let links: Links
  let schedule: RetrySchedule
  /// How long finished deliveries are kept.
  let retention: Interval
  /// How long what was sent and answered is kept with them; never longer.
  let payloadRetention: Interval
  /// A webhook that has failed for this long is stopped.
  let disableAfter: Interval
  /// Webhooks that one person may have.
  let webhookLimit: Int
  /// API keys that one person may have.
  let keyLimit: Int
  /// False where the host signs people in: then it also signs them out.
  let hasSignOut: Bool
}

/// What frames the pages of somebody who is signed in, for one request.
struct Shell {
  let site: Site
  /// The e-mail address of who is signed in.
  let email: String
  /// For the field `csrf` of every form.
  let formToken: String
  let now: Timestamp
  var isAdministrator = false
  /// What this person should know.
  var attention = Attention()

  var links: Links { site.links }

  /// The hidden field that every form sends along.
  var tokenField: HTML { Shell.tokenField(formToken) }

  static func tokenField(_ token: String) -> HTML {
    "<input type=\"hidden\" name=\"csrf\" value=\"\(token)\">"
  }
}
