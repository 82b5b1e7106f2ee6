/// A secret that we make, or one that is typed in.
struct OwnSecret {
  /// Values of `secret_source`, and whether each is the user's own.
  static let sources = ["made": false, "own": true]
  static let mend = "Choose whose secret it is"

  let legend: String
  let made: String
  let isOwn: Bool
  /// The class of its fieldset.
  var style = "options"

  func render(_ errors: FormErrors) -> HTML {
    let field = TextField(
      name: "secret", label: "Your secret (only if you use your own)",
      attributes: """
         type="text" autocomplete="off" spellcheck="false" autocapitalize="none" \
        data-lpignore="true"
        """, style: .code)
    return """
      <fieldset class="\(style)"><legend>\(legend)</legend>
      \(errors.message(for: "secret_source"))<div class="choices">
      \(Choice(
        name: "secret_source", value: "made", label: "Make one for me", hint: made,
        isChosen: !isOwn
      ).render())\(Choice(
        name: "secret_source", value: "own", label: "Use my own",
        hint: "whsec_ and the base64 of 24 to 64 bytes.", isChosen: isOwn
      ).render())</div>
      <div data-only-when="secret_source-own">\(field.render(errors))</div>
      </fieldset>
      """
  }
}
