/// Pictures that only decorate: the mark of the product and two drawings.
enum Drawing {
  /// Two jacks and a cable.
  static let mark: HTML = """
    <svg class="mark" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">\
    <rect width="28" height="28" rx="7"/>\
    <path d="M11.5 8.5c6.6 0-1.6 11 5 11"/>\
    <circle cx="8.8" cy="8.5" r="2.7"/><circle cx="19.2" cy="19.5" r="2.7"/>\
    <circle class="solid" cx="19.2" cy="8.5" r="1.2"/>\
    <circle class="solid" cx="8.8" cy="19.5" r="1.2"/></svg>
    """

  /// Behind the card of a page that stands alone. Drawn by one `use`, which lies behind all of the
  /// card: of single lines a checker of contrast cannot tell what is behind a text.
  static let cables: HTML = """
    <svg class="cables" width="1280" height="800" viewBox="0 0 1280 800" aria-hidden="true" \
    preserveAspectRatio="xMidYMid slice"><defs>\
    <pattern id="dots" width="40" height="40" patternUnits="userSpaceOnUse">\
    <circle class="cable-dot" cx="20" cy="20" r="1.4"/></pattern><g id="cables">\
    <rect class="cable-dots" width="1280" height="800" fill="url(#dots)"/>\
    <path class="cable-off" d="M260 180c110 0 130 240 260 240M1020 620c-90 0-120-140-260-140"/>\
    <path d="M220 540c150 0 190-180 300-180M1060 180c-160 0-190 90-320 90"/>\
    <circle class="cable-off cable-end" cx="260" cy="180" r="9"/>\
    <circle class="cable-off cable-end" cx="1020" cy="620" r="9"/>\
    <circle class="cable-end" cx="220" cy="540" r="9"/>\
    <circle class="cable-end" cx="1060" cy="180" r="9"/></g></defs><use href="#cables"/></svg>
    """

  /// Above the words of an empty list of webhooks.
  static let patch: HTML = """
    <svg class="patch" width="280" height="112" viewBox="0 0 280 112" aria-hidden="true">\
    <rect x="1" y="16" width="76" height="80" rx="10"/>\
    <rect x="203" y="16" width="76" height="80" rx="10"/>\
    <path d="M14 34h28M14 46h18M217 68h46M217 80h30"/>\
    <circle cx="57" cy="36" r="6"/><circle cx="23" cy="74" r="6"/><circle cx="257" cy="42" r="6"/>\
    <path class="on" d="M64 74c32 0 40-32 76-32h76"/>\
    <circle class="on" cx="57" cy="74" r="7"/><circle class="on" cx="223" cy="42" r="7"/>\
    <rect class="box" x="122" y="24" width="36" height="36" rx="8"/>\
    <path class="on" d="m132 42 6 6 10-12"/></svg>
    """
}
