import Domain

/// What an administrator says of an event type, as it was typed.
///
/// Fields: `name` (of a new one), `description`, `group`, `example`, `position`.
struct EventTypeForm {
  var name = ""
  var description = ""
  var group = ""
  var example = "{}"
  var position = ""

  init(position: Int) {
    self.position = String(position)
  }

  init(_ type: EventType, position: Int) {
    name = type.name
    description = type.description
    group = type.group
    example = JSONText.indented(type.example)
    self.position = String(position)
  }

  /// - Parameter name: Of one that is there already; nil to take the field's.
  /// - Throws: `Query.Malformed` when a field is there twice.
  init(_ form: Query, name: String? = nil) throws(Query.Malformed) {
    if let name {
      self.name = name
    } else {
      self.name = try form.one("name")?.trimmingSpaces ?? ""
    }
    description = try form.one("description")?.trimmingSpaces ?? ""
    group = try form.one("group")?.trimmingSpaces ?? ""
    example = try form.one("example") ?? ""
    position = try form.one("position")?.trimmingSpaces ?? ""
  }

  /// The type to be kept, or what has to be mended.
  func read() -> (draft: EventTypeDraft?, errors: [FieldError]) {
    var errors: [FieldError] = []
    if !EventType.isName(name) {
      errors.append(
        FieldError(
          "name",
          name.isEmpty
            ? "Enter a name"
            : "Use lower-case letters, digits and _ in words joined by dots, 50 characters at most")
      )
    }
    check(description, "description", "Say what it means", EventTypeDraft.descriptionLimit, &errors)
    check(group, "group", "Enter a group", EventTypeDraft.groupLimit, &errors)
    let number = position.utf8.count <= 5 ? Int(position) : nil
    if number.map(EventTypeDraft.positions.contains) != true {
      errors.append(FieldError("position", "Use a whole number from 0 to 65535"))
    }
    var kept: String?
    do throws(EventTypeDraft.Problem) {
      kept = try EventTypeDraft.example(example, of: name)
    } catch {
      errors.append(FieldError("example", error.message))
    }
    guard errors.isEmpty, let number, let kept else { return (nil, errors) }
    return (
      EventTypeDraft(description: description, group: group, example: kept, position: number), []
    )
  }

  private func check(
    _ text: String, _ field: String, _ missing: String, _ limit: Int, _ errors: inout [FieldError]
  ) {
    if text.isEmpty {
      errors.append(FieldError(field, missing))
    } else if text.unicodeScalars.count > limit {
      errors.append(FieldError(field, "Use at most \(limit) characters"))
    } else if let lack = OneLine.lack(text) {
      errors.append(FieldError(field, "Use \(lack)"))
    }
  }
}
