import Crypto
import Domain
import HTTPTypes
import Store

extension APIResponder {
  /// `POST /webhooks/{id}/rotate-secret`: a program that calls twice means it, so an older secret
  /// whose overlap still runs is ended.
  func rotateSecret(_ id: Webhook.ID, _ request: APIRequest) throws -> Response {
    let user = try owner(of: id, request)
    let webhook = try stores.webhooks.find(id, of: user.id)
    let fields = try RotationFields(json: request.object(), scheme: webhook.signature)
    let secret =
      try fields.secret
      ?? Secret(
        webhook.signature, bytes: Random.bytes(Secret.byteCount(for: webhook.signature)))
    let end = try stores.webhooks.rotateSecret(
      of: id, user: user.id, to: secret, overlap: fields.overlap, endingOlder: true,
      by: request.actor(for: user))
    return .json(
      JSONWriter.object {
        $0.member("secret", secret.text)
        $0.member("previous_expires_at", end)
        if let key = secret.publicKey { $0.member("public_key", Secret.publicKeyText(key)) }
      })
  }
}

/// The members of a rotation's request.
private struct RotationFields {
  var overlap = Overlap.standard
  var secret: Secret?

  init(json: JSONObject, scheme: Webhook.SignatureScheme) throws {
    var errors: [FieldError] = []
    for member in json.members {
      switch member.name {
      case "overlap":
        if let read = member.value.string.flatMap(Overlap.read) {
          overlap = read
        } else {
          errors.append(FieldError("overlap", "Use a length of time from 0 to 7d, such as 24h."))
        }
      case "secret" where member.value.isNull: break
      case "secret":
        secret = member.value.string.flatMap(Secret.init(own:))
        if scheme == .v1a {
          errors.append(FieldError("secret", Secret.ownIsShared + "."))
        } else if secret == nil {
          errors.append(FieldError("secret", Secret.mend + "."))
        }
      default: errors.append(FieldError(member.name, "A rotation has no such field."))
      }
    }
    guard errors.isEmpty else { throw Problem.unprocessable(errors) }
  }
}
