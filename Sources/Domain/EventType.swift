/// One kind of thing that can happen, such as `lead.created`.
package struct EventType: Sendable, Equatable {
  /// Lower-case words with digits and `_`, joined by dots; at most 50 characters.
  package let name: String
  /// What it means, in a few words: "A lead is added".
  package let description: String
  /// The heading it stands under in a picker: "Leads".
  package let group: String
  /// An example of `data`, as JSON text.
  package let example: String
  /// A retired type still reaches the webhooks that listen to it; new ones cannot choose it.
  package let isRetired: Bool

  package init(name: String, description: String, group: String, example: String, isRetired: Bool) {
    self.name = name
    self.description = description
    self.group = group
    self.example = example
    self.isRetired = isRetired
  }

  package static let nameLimit = 50
  /// A picker and the API's description show all of them.
  package static let countLimit = 1_000
}

/// What a webhook listens to.
package enum EventSelection: Equatable, Sendable {
  /// Every type, new ones included; `*` in the API.
  case all
  /// These types, sorted by name.
  case chosen([String])
}

extension EventSelection {
  /// As the API has it: the names, or `*` alone.
  package var words: [String] {
    switch self {
    case .all: ["*"]
    case .chosen(let types): types
    }
  }
}
