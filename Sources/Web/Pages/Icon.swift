/// Our own drawings: 20 by 20, lines of 1.75 in the colour of the text. Always beside a word.
enum Icon: String, CaseIterable {
  case apps, book, check, chevronDown, chevronLeft, clock, copy, cross, dot, eye, filter, half,
    info, key, list
  case down, gauge, up
  case menu, minus, pause, plug, plus, retry, search, send, shield, stop, user, warning, webhook

  /// Refers to the sheet.
  var use: HTML {
    """
    <svg class="icon" width="16" height="16" aria-hidden="true"><use href="#i-\(rawValue)"/></svg>
    """
  }

  /// Every drawing once, for the top of a document.
  static let sheet: HTML = """
    <svg class="sheet" width="0" height="0" aria-hidden="true">
    \(allCases.map { icon in
      "<symbol id=\"i-\(icon.rawValue)\" viewBox=\"0 0 20 20\">\(icon.drawing)</symbol>\n"
    })</svg>
    """

  private var drawing: HTML {
    switch self {
    case .apps:
      """
      <rect x="3.2" y="3.2" width="5.6" height="5.6" rx="1.4"/><rect x="11.2" y="3.2" width="5.6" \
      height="5.6" rx="1.4"/><rect x="3.2" y="11.2" width="5.6" height="5.6" rx="1.4"/>\
      <path d="M14 11.4v5.2m-2.6-2.6h5.2"/>
      """
    case .down: "<path d=\"M10 4v12m-5-5 5 5 5-5\"/>"
    case .up: "<path d=\"M10 16V4M5 9l5-5 5 5\"/>"
    case .gauge: "<path d=\"M4 15.5a7.5 7.5 0 1 1 12 0M10 11.5l3.4-4.6\"/>"
    case .half:
      """
      <circle cx="10" cy="10" r="6.2"/><path class="solid" d="M10 3.8a6.2 6.2 0 0 0 0 12.4z"/>
      """
    case .plug:
      """
      <path d="M7.4 2.8v4m5.2-4v4M5 6.8h10v2.4a5 5 0 0 1-10 0zm5 7.4v3"/>
      """
    case .book:
      """
      <path d="M10 5.2C8.5 4 6 3.7 3 4v11.6c3-.3 5.5 0 7 1.2 1.5-1.2 4-1.5 7-1.2V4c-3-.3-5.5 0-7 \
      1.2zv11.6"/>
      """
    case .check: "<path d=\"M4.2 10.6 8 14.4l7.8-8.6\"/>"
    case .chevronDown: "<path d=\"m5.5 7.8 4.5 4.5 4.5-4.5\"/>"
    case .chevronLeft: "<path d=\"m12.2 5.5-4.5 4.5 4.5 4.5\"/>"
    case .clock: "<circle cx=\"10\" cy=\"10\" r=\"7\"/><path d=\"M10 6v4.2l2.7 1.7\"/>"
    case .copy:
      """
      <rect x="7.3" y="7.3" width="9.4" height="9.4" rx="1.8"/>\
      <path d="M4.6 12.7a1.5 1.5 0 0 1-1.3-1.5V4.8a1.5 1.5 0 0 1 1.5-1.5h6.4a1.5 1.5 0 0 1 1.5 \
      1.3"/>
      """
    case .cross: "<path d=\"m5.4 5.4 9.2 9.2m0-9.2-9.2 9.2\"/>"
    case .dot: "<circle class=\"solid\" cx=\"10\" cy=\"10\" r=\"4.5\"/>"
    case .eye:
      """
      <path d="M1.9 10S4.8 4.7 10 4.7s8.1 5.3 8.1 5.3-2.9 5.3-8.1 5.3S1.9 10 1.9 10z"/>\
      <circle cx="10" cy="10" r="2.4"/>
      """
    case .filter: "<path d=\"M3 5.8h14M5.8 10h8.4m-5.8 4.2h3.2\"/>"
    case .info: "<circle cx=\"10\" cy=\"10\" r=\"7.2\"/><path d=\"M10 9.3v4.3m0-7.2v.1\"/>"
    case .key:
      """
      <circle cx="6.8" cy="13.2" r="3.4"/><path d="m9.3 10.7 7.2-7.2m-3.7 3.7 2.6 2.6"/>
      """
    case .list: "<path d=\"M7.4 5.4H17M7.4 10H17m-9.6 4.6H17M3.4 5.4h.1M3.4 10h.1m-.1 4.6h.1\"/>"
    case .menu: "<path d=\"M3.2 5.6h13.6M3.2 10h13.6M3.2 14.4h13.6\"/>"
    case .minus: "<path d=\"M5 10h10\"/>"
    case .pause: "<path d=\"M7.2 4.8v10.4m5.6-10.4v10.4\"/>"
    case .plus: "<path d=\"M10 3.8v12.4M3.8 10h12.4\"/>"
    case .retry: "<path d=\"M16.4 11.4a6.5 6.5 0 1 1-1.2-5.3l1.6 1.7m0-4.3v4.3h-4.3\"/>"
    case .search: "<circle cx=\"8.8\" cy=\"8.8\" r=\"5.3\"/><path d=\"m12.8 12.8 4 4\"/>"
    case .send: "<path d=\"M17.2 2.8 8.6 11.4m8.6-8.6-5.3 14.4-3.3-5.8-5.8-3.3z\"/>"
    case .shield:
      """
      <path d="m10 2.4 6.6 2.4v4.9c0 3.9-2.7 6.6-6.6 7.9-3.9-1.3-6.6-4-6.6-7.9V4.8z"/>
      """
    case .stop:
      "<rect class=\"solid\" x=\"4.6\" y=\"4.6\" width=\"10.8\" height=\"10.8\" rx=\"1.5\"/>"
    case .user:
      """
      <circle cx="10" cy="6.8" r="3.3"/><path d="M3.6 17c.5-3.2 2.9-4.9 6.4-4.9s5.9 1.7 6.4 4.9"/>
      """
    case .warning: "<path d=\"M10 3.1 17.7 16.6H2.3zM10 8.2v3.6m0 2.3v.1\"/>"
    case .webhook:
      """
      <circle cx="10" cy="4.7" r="2.2"/><circle cx="4.6" cy="14.8" r="2.2"/>\
      <circle cx="15.4" cy="14.8" r="2.2"/><path d="m9 6.7-3.4 6.1M11 6.7l3.4 6.1m-7.6 2h6.4"/>
      """
    }
  }
}

extension HTML.Interpolation {
  mutating func appendInterpolation(_ icon: Icon) {
    appendInterpolation(icon.use)
  }
}
