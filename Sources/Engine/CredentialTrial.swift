package import Domain

/// What a provider says of keys that somebody entered.
package enum CredentialVerdict: Sendable, Equatable {
  case good
  case refused
  /// They are good, but not in the chosen region.
  case otherRegion(CredentialForm.Region)
  /// It did not answer, or not so that we could tell.
  case unknown

  package static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.good, .good), (.refused, .refused), (.unknown, .unknown): true
    case (.otherRegion(let one), .otherRegion(let other)): one.name == other.name
    default: false
    }
  }
}

extension Providers {
  /// Tries keys before they are kept; where they are refused, in the other regions too.
  package func tryOut(
    _ form: CredentialForm, user: String, password: String, in region: CredentialForm.Region
  ) -> CredentialVerdict {
    let first = tryOnce(form, user, password, region)
    guard first == .refused, form.trialAddress == nil else { return first }
    let other = form.regions.first {
      $0.name != region.name && tryOnce(form, user, password, $0) == .good
    }
    return other.map(CredentialVerdict.otherRegion) ?? .refused
  }

  private func tryOnce(
    _ form: CredentialForm, _ user: String, _ password: String, _ region: CredentialForm.Region
  ) -> CredentialVerdict {
    let request = ProviderRequest(
      method: .get, address: form.trial(in: region),
      headers: [("Authorization", ProviderClient.basic(user, password))])
    do throws(ProviderFailure) {
      let answer = try call(request)
      return switch answer.status {
      case 200...299: .good
      case 401, 403: .refused
      default: .unknown
      }
    } catch {
      return .unknown
    }
  }

  /// What a provider says of our client id and secret: by a code that cannot be good.
  package enum SetupVerdict: Sendable, Equatable {
    case accepted
    case clientRefused
    case redirectRefused
    case unreachable(String)
    /// It cannot be told without signing in there.
    case unknown(String)
  }

  package func tryOut(_ app: AppID) throws -> SetupVerdict {
    do {
      let (provider, client) = try client(of: app)
      let request = provider.exchange(
        code: "patchbay-configuration-test", redirectURI: rules.redirectURI(of: app),
        pkce: provider.usesPKCE ? PKCE(bytes: [UInt8](repeating: 0, count: 32)) : nil,
        client: client)
      _ = try TokenAnswer.read(call(request), shape: provider.answerShape)
      return .unknown("it gave a token for a code that does not exist")
    } catch let failure as ProviderFailure {
      return Self.setupVerdict(failure)
    }
  }

  /// A provider that complains of the code has accepted the client.
  private static func setupVerdict(_ failure: ProviderFailure) -> SetupVerdict {
    switch failure {
    case .refused("redirect_uri_mismatch"), .refused("bad_redirect_uri"): .redirectRefused
    case .refused("invalid_grant"), .refused("bad_verification_code"), .refused("invalid_code"),
      .refused("bad_auth_code"), .refused("invalid_authorization_code"):
      .accepted
    case _ where failure.kind == .ourSetup && failure != .badAddress && failure != .notSetUp:
      .clientRefused
    case .refused("unauthorized_client"), .refused("bad_client_id"), .refused("access_denied"):
      .clientRefused
    case .unreachable, .unavailable, .badAddress, .notSetUp: .unreachable(failure.word)
    case .refused, .unreadable: .unknown(failure.word)
    }
  }
}
