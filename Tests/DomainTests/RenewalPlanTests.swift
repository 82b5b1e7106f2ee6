import Testing

@testable import Domain

struct RenewalPlanTests {
  private func plan(_ id: StaticString, _ lifetime: Int?, refresh: Bool = true) -> RenewalPlan {
    RenewalPlan(
      AppCatalog.app(AppID(id))!.provider!, lifetimeSeconds: lifetime, hasRefreshToken: refresh)
  }

  @Test(arguments: [(3_600, 3_240), (604_800, 603_900), (300, 240), (60, 30), (0, 0)])
  func `check 44: access is renewed before it ends, and not for most of a short life`(
    lifetime: Int, refresh: Int
  ) {
    #expect(plan("gitlab", lifetime).refreshInSeconds == refresh)
  }

  @Test func `a provider that tells no lifetime is given one`() {
    #expect(plan("salesforce", nil).lifetimeSeconds == 3_300)
    #expect(plan("github", nil, refresh: false).lifetimeSeconds == nil)
  }

  @Test func `check 46: a refresh token is used before it lapses`() {
    #expect(plan("pipedrive", nil).refreshInSeconds == 30 * 86_400)
    #expect(plan("slack", nil, refresh: false).refreshInSeconds == nil)
  }
}
