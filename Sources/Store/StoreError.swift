package import Domain

/// What a store refuses; anything else that goes wrong is a `DatabaseError`.
package enum StoreError: Error, Equatable {
  /// No such row, or it is another user's.
  case notFound
  /// A unique value is taken.
  case duplicate
  /// A limit of so many is reached.
  case limitReached(Int)
  /// The row was changed by somebody else since it was read.
  case versionConflict
  /// Nothing is sent for a webhook that is paused, or whose user is disabled.
  case webhookPaused
  /// The event's payload is over its retention.
  case payloadPurged
  /// The delivery has as many attempts as can be counted.
  case tooManyAttempts
  /// The delivery is on its way just now.
  case beingSent
  /// The delivery was delivered: there is nothing to give up.
  case delivered
  /// The webhook has a job that has not ended.
  case jobRunning
  /// Without this one nobody could administer any more.
  case lastAdministrator
  /// A webhook's own headers would be too many, or too long together.
  case headersOverLimit
  /// What a webhook is signed or sent with does not open, so it could not send.
  case damaged(WebhookDamage)
  /// Two secrets sign already.
  case overlapRuns
  /// A row holds what this program does not understand.
  case unreadable(String)
}
