package import Domain
import Store

/// What a provider says of a connection when somebody asks whether it works.
package enum ConnectionVerdict: Sendable, Equatable {
  case works
  /// Only the person can mend it.
  case refused
  /// What we keep of it does not open: its person has to connect again.
  case damaged
  /// The provider did not say; our word for why.
  case unknown(String)
}

extension Providers {
  /// Asks a provider whether it still accepts a connection: whose it is, with the access we hold. Where
  /// that is refused the access is renewed once, and asked with again. providers.md, check 45.
  package func check(_ connection: Connection, by actor: Actor) throws -> ConnectionVerdict {
    let app = try stores.apps.find(connection.app).app
    if let form = app.credentialForm { return try checkKeys(connection, form, by: actor) }
    guard let held = try tokens(of: connection.app, user: connection.userID, by: actor)
    else { return .refused }
    do {
      let (provider, client) = try client(of: connection.app)
      if held.isFresh, let access = held.pair.access, provider.canBeAskedAgain {
        let acceptance = try accepts(access, connection, provider, client)
        if case .accepted(let scopes) = acceptance {
          try stores.connections.note(
            provider.change(of: held, answer: scopes), of: held, by: actor)
          return .works
        }
        if held.pair.refresh == nil { return try end(held, by: actor) }
      }
      guard held.pair.refresh != nil else { return .unknown("no_question") }
      return try renewAndAsk(held, connection, provider, client, by: actor)
    } catch let failure as ProviderFailure {
      return .unknown(failure.word)
    }
  }

  private func renewAndAsk(
    _ held: HeldTokens, _ connection: Connection, _ provider: Provider, _ client: ProviderClient,
    by actor: Actor
  ) throws -> ConnectionVerdict {
    switch try renew(held, by: actor) {
    case .needsReconnect: return .refused
    case .unavailable: return .unknown("provider_unavailable")
    case .token(let token):
      guard provider.canBeAskedAgain else { return .works }
      if case .accepted = try accepts(token.token, connection, provider, client) {
        return .works
      }
      guard let now = try tokens(of: held.connection, by: actor) else { return .refused }
      return try end(now, by: actor)
    }
  }

  private enum Acceptance {
    case refused
    /// With the permissions that its answer names, if it does.
    case accepted(scopes: [String]?)
  }

  private func accepts(
    _ access: String, _ connection: Connection, _ provider: Provider, _ client: ProviderClient
  ) throws(ProviderFailure) -> Acceptance {
    let grant = TokenGrant(
      accessToken: access, refreshToken: nil, lifetimeSeconds: nil, scopes: nil,
      apiOrigin: connection.apiOrigin)
    let nothing = try ProviderAnswer(
      status: 200, contentType: "application/json", body: Array("{}".utf8)
    ).object()
    guard
      let request = try provider.identityRequest(grant, tokenAnswer: nothing, client: client)
    else { return .accepted(scopes: nil) }
    let answer = try call(request)
    if answer.status == 401 { return .refused }
    if provider.identity.source == .introspection, try answer.object()["active"]?.bool == false {
      return .refused
    }
    do throws(ProviderFailure) {
      return .accepted(scopes: try provider.identity.read(answer).scopes)
    } catch {
      guard error.kind == .grantIsDead else { throw error }
      return .refused
    }
  }

  private func end(_ held: HeldTokens, by actor: Actor) throws -> ConnectionVerdict {
    let isOurs = try stores.connections.fail(
      held, .grantIsDead(reason: "token_refused"), by: actor)
    return isOurs ? .refused : .unknown("changed_meanwhile")
  }

  private func checkKeys(
    _ connection: Connection, _ form: CredentialForm, by actor: Actor
  ) throws -> ConnectionVerdict {
    guard let json = try credentials(of: connection, by: actor) else { return .damaged }
    guard
      let keys = try JSONValue(json).object(), let user = keys.text(at: [form.userField]),
      let password = keys.text(at: [form.passwordField]),
      let region = form.regions.first(where: { $0.name == keys.text(at: ["region"]) })
    else { return .refused }
    switch tryOut(form, user: user, password: password, in: region) {
    case .good:
      try stores.connections.noteChecked(connection.id, of: connection.userID, by: actor)
      return .works
    case .refused, .otherRegion: return .refused
    case .unknown: return .unknown("no_answer")
    }
  }
}

extension Provider {
  /// Whose a grant is can be asked with the access token alone, at any time.
  fileprivate var canBeAskedAgain: Bool {
    switch identity.source {
    case .tokenAnswer: false
    case .getAddress, .get, .post, .introspection: addresses.identity != nil
    case .getAtOrigin: true
    }
  }
}
