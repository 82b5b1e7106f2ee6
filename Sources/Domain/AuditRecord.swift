/// One row of the audit log with the names that go with its ids today.
package struct AuditRecord: Sendable {
  /// Who did it.
  package enum Who: Equatable, Sendable {
    /// The e-mail address.
    case user(String)
    case deletedUser
    /// Nobody was signed in.
    case somebody
    /// Somebody else, to the one concerned.
    case administrator
    /// The key's name; nil when it is gone.
    case serviceKey(String?)
    case command, worker, host
  }

  package let id: UUID
  package let at: Timestamp
  package let who: Who
  package let actorID: UUID?
  package let userID: User.ID?
  /// Whom it concerns; nil for nobody, and for who is deleted.
  package let userEmail: String?
  /// `webhook.paused`
  package let action: String
  package let subjectID: UUID?
  /// What the subject is called today; nil when it is gone or has no name.
  package let subjectName: String?
  /// JSON objects with the members that changed.
  package let before: [UInt8]?
  package let after: [UInt8]?
  package let address: String?
  package let requestID: String?

  package init(
    id: UUID, at: Timestamp, who: Who, actorID: UUID?, userID: User.ID?, userEmail: String?,
    action: String, subjectID: UUID?, subjectName: String?, before: [UInt8]?, after: [UInt8]?,
    address: String?, requestID: String?
  ) {
    self.id = id
    self.at = at
    self.who = who
    self.actorID = actorID
    self.userID = userID
    self.userEmail = userEmail
    self.action = action
    self.subjectID = subjectID
    self.subjectName = subjectName
    self.before = before
    self.after = after
    self.address = address
    self.requestID = requestID
  }
}

extension AuditRecord {
  /// As the one who is concerned, or who acted, may see it: nobody else's name, address or values.
  package func seen(by user: User.ID) -> AuditRecord {
    let isOwnAct = actorID == user.rawValue
    let isAboutOthers = userID != user && (userID != nil || !isOwnAct)
    let shownWho: Who =
      switch who {
      case .user where !isOwnAct, .deletedUser: .administrator
      case .serviceKey: .serviceKey(nil)
      default: who
      }
    return AuditRecord(
      id: id, at: at, who: shownWho, actorID: isOwnAct ? actorID : nil,
      userID: isAboutOthers ? nil : userID, userEmail: isAboutOthers ? nil : userEmail,
      action: action, subjectID: isAboutOthers ? nil : subjectID,
      subjectName: isAboutOthers ? nil : subjectName, before: isAboutOthers ? nil : before,
      after: isAboutOthers ? nil : after, address: isOwnAct ? address : nil,
      requestID: isOwnAct ? requestID : nil)
  }
}
