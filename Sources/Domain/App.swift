/// A third-party application that people can connect.
package struct App: Sendable {
  package enum Category: String, Sendable, CaseIterable {
    case crm, communication, productivity, analytics, storage, development
  }

  /// How a connection is made.
  package enum Way: Sendable {
    case oauth(Provider)
    /// By keys that a person copies from there.
    case credentials(CredentialForm)
  }

  package let id: AppID
  package let name: String
  package let category: Category
  /// What it is good for, in one line.
  package let purpose: String
  /// Two letters for its tile, and the tile's colour, `#rrggbb`.
  package let letters: String
  package let colour: String
  package var way: Way

  package init(
    id: AppID, name: String, category: Category, purpose: String, letters: String, colour: String,
    way: Way
  ) {
    self.id = id
    self.name = name
    self.category = category
    self.purpose = purpose
    self.letters = letters
    self.colour = colour
    self.way = way
  }

  package var provider: Provider? {
    if case .oauth(let provider) = way { provider } else { nil }
  }

  package var credentialForm: CredentialForm? {
    if case .credentials(let form) = way { form } else { nil }
  }
}

/// One permission of an app.
package struct AppScope: Sendable, Equatable {
  /// As the provider spells it when it is asked for.
  package let name: String
  /// In people's words: "See contacts".
  package let meaning: String
  /// Asked for always, and needed.
  package let isRequired: Bool

  package init(_ name: String, _ meaning: String, isRequired: Bool) {
    self.name = name
    self.meaning = meaning
    self.isRequired = isRequired
  }

  static func required(_ name: String, _ meaning: String) -> AppScope {
    AppScope(name, meaning, isRequired: true)
  }

  static func optional(_ name: String, _ meaning: String) -> AppScope {
    AppScope(name, meaning, isRequired: false)
  }
}

/// What is asked of a person who connects by keys, and how the keys are tried before they are kept.
package struct CredentialForm: Sendable {
  package struct Field: Sendable {
    /// Of the form and of the JSON that the API gives.
    package let name: String
    package let label: String
    package let hint: String
    package let isSecret: Bool
    /// Digits alone.
    package let isNumber: Bool
    package let isOptional: Bool

    init(
      _ name: String, _ label: String, hint: String, isSecret: Bool = false,
      isNumber: Bool = false, isOptional: Bool = false
    ) {
      self.name = name
      self.label = label
      self.hint = hint
      self.isSecret = isSecret
      self.isNumber = isNumber
      self.isOptional = isOptional
    }
  }

  package struct Region: Sendable {
    package let name: String
    package let label: String
    /// `https://eu.mixpanel.com`
    package let origin: String

    init(_ name: String, _ label: String, _ origin: String) {
      self.name = name
      self.label = label
      self.origin = origin
    }
  }

  package let fields: [Field]
  package let regions: [Region]
  /// The fields sent as HTTP Basic user and password to try them.
  package let userField: String
  package let passwordField: String
  /// Answers 200 to good credentials and 401 to bad ones; below a region's origin.
  package let trialPath: String
  /// Where to try them instead, whatever the region.
  package var trialAddress: String?
  /// What they allow, in people's words.
  package let meaning: String
  /// Where people find the keys, and where they take them back.
  package let findThem: String
  package let takeBack: String

  package func trial(in region: Region) -> String {
    trialAddress ?? region.origin + trialPath
  }
}
