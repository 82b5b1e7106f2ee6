import Domain
import Store

extension User.Role {
  var label: String {
    switch self {
    case .user: "User"
    case .administrator: "Administrator"
    }
  }

  var meaning: String {
    switch self {
    case .user: "Has apps, webhooks and keys of their own, and sees nobody else’s."
    case .administrator: "Also sets up apps, sees all deliveries, and manages people."
    }
  }
}

extension User.State {
  var label: String {
    switch self {
    case .active: "Active"
    case .invited: "Invited"
    case .disabled: "Disabled"
    }
  }

  var tag: Tag {
    switch self {
    case .active: Tag(tone: .ok, icon: .check, word: label)
    case .invited: Tag(tone: .neutral, icon: .clock, word: label)
    case .disabled: Tag(tone: .neutral, icon: .stop, word: label)
    }
  }
}

extension ListedUser {
  /// In lists, and under the heading of their page.
  func lastSeen(now: Timestamp) -> HTML {
    switch state {
    case .invited:
      "Invited \(TimeText(moment: invitedAt ?? createdAt, form: .minute, now: now).html)"
    case .active, .disabled:
      lastSeenAt.map { TimeText(moment: $0, form: .minute, now: now, hasAge: true).html } ?? "Never"
    }
  }
}

/// A browser by its name, as far as it says one: `Firefox on Linux`.
struct BrowserName {
  let text: String

  /// - Parameter userAgent: The header as it came. Later names contain the earlier ones, so order
  ///   matters: Edge says Chrome, and Chrome says Safari.
  init(userAgent: String) {
    let bytes = Array(userAgent.utf8)
    func first(_ names: [(mark: String, name: String)]) -> String? {
      names.first { bytes.holds($0.mark) }?.name
    }
    let browser = first([
      ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("HeadlessChrome/", "Chrome"),
      ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ])
    let system = first([
      ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
      ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ])
    switch (browser, system) {
    case (let browser?, let system?): text = "\(browser) on \(system)"
    case (let browser?, nil): text = browser
    case (nil, let system?): text = "A browser on \(system)"
    case (nil, nil): text = "An unknown browser"
    }
  }
}

extension [UInt8] {
  fileprivate func holds(_ mark: String) -> Bool {
    let mark = Array(mark.utf8)
    guard count >= mark.count else { return false }
    return (0...count - mark.count).contains { self[$0...].starts(with: mark) }
  }
}
