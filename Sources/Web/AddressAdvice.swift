import Domain
import Engine

/// What is said of an address while it is typed: fixed sentences, so that nobody can map a network
/// by them.
struct AddressAdvice {
  let tone: Tag.Tone
  let text: String
  /// The address as it can be used, where only that is wrong.
  var mended: String?

  static func refused(_ refusal: EndpointRefusal) -> AddressAdvice {
    var mended: String?
    switch refusal {
    case .scheme(mended: let text?), .nonASCII(ascii: let text?): mended = text
    default: break
    }
    return AddressAdvice(tone: .warn, text: refusal.message.endingInPeriod, mended: mended)
  }

  static let notChecked = AddressAdvice(
    tone: .neutral, text: "Couldn’t check just now. You can still save.")

  static func tooOften(seconds: Int) -> AddressAdvice {
    AddressAdvice(
      tone: .neutral,
      text:
        "That was too often. Try again in \(Words.count(seconds, "second")); you can still save.")
  }

  init(tone: Tag.Tone, text: String, mended: String? = nil) {
    self.tone = tone
    self.text = text
    self.mended = mended
  }

  /// - Parameter namesakes: Names of the person's other webhooks that send there.
  init(_ finding: AddressCheck.Finding, of url: EndpointURL, namesakes: [String]) {
    let found = Self.sentence(finding, url)
    let further =
      Self.hints(url)
      + namesakes.prefix(1).map { name in
        "“\(name)” already sends to this address. Events both have chosen will arrive twice."
      }
    self.init(
      tone: found.tone == .ok && !further.isEmpty ? .warn : found.tone,
      text: ([found.text] + further).joined(separator: " "))
  }

  private static func sentence(_ finding: AddressCheck.Finding, _ url: EndpointURL)
    -> (tone: Tag.Tone, text: String)
  {
    let place = url.isExempt ? "Let through by the operator" : "Public address"
    switch finding {
    case .good(let end):
      let rest = end.map { ", certificate valid until \($0.day)." } ?? "."
      return (.ok, "Found \(url.host). \(place)\(rest)")
    case .notPublic: return (.warn, AddressPolicy.Refusal.message)
    case .notFound:
      return (
        .warn,
        "We can’t find \(url.host). Check the spelling; new names can take an hour to appear."
      )
    case .noAnswer:
      return (.warn, "\(url.host) did not answer within 5 seconds. It may be down or refuse us.")
    case .noTLS:
      return (.warn, "\(url.host) answered, but not over TLS 1.2 or newer. " + fails)
    case .certificate(let fault): return (.warn, "\(sentence(fault)) \(fails)")
    }
  }

  private static let fails = "Deliveries will fail until this is fixed."

  private static func sentence(_ fault: CertificateTrouble) -> String {
    switch fault {
    case .ended(let end): "Its certificate ended on \(end.day)."
    case .notYetValid(let start): "Its certificate is valid from \(start.day) on only."
    case .wrongName: "Its certificate is for another name."
    case .unknownIssuer: "Its certificate is not from a known issuer."
    case .incomplete: "Its certificate comes without its intermediate certificate."
    case .other: "Its certificate is not good."
    }
  }

  /// What the text alone gives away.
  private static func hints(_ url: EndpointURL) -> [String] {
    var hints: [String] = []
    if let app = chats.first(where: { url.host == $0.host || url.host.hasSuffix("." + $0.host) }) {
      hints.append(
        """
        This looks like a \(app.name) address. \(app.name) expects its own format, so our events \
        would be refused.
        """)
    }
    let query = url.target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    let names = query.split(separator: "&").map {
      $0.split(separator: "=", maxSplits: 1).first.map { $0.lowercased() } ?? ""
    }
    if names.contains(where: secretNames.contains) {
      hints.append(
        """
        This address holds a secret. Anyone who sees it in a log can use it. Prefer the signing \
        secret.
        """)
    }
    return hints
  }

  private static let chats = [
    (host: "hooks.slack.com", name: "Slack"), (host: "discord.com", name: "Discord"),
    (host: "discordapp.com", name: "Discord"), (host: "webhook.office.com", name: "Teams"),
  ]

  private static let secretNames: Set<String> = [
    "token", "key", "secret", "password", "api_key", "apikey", "access_token", "auth", "sig",
  ]
}

extension Timestamp {
  /// `2 Mar 2027`, in UTC.
  fileprivate var day: String {
    let time = calendar
    return "\(time.day) \(TimeText.months[time.month - 1]) \(time.year)"
  }
}

extension String {
  fileprivate var endingInPeriod: String { hasSuffix(".") ? self : self + "." }
}
