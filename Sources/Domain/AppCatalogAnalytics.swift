extension AppCatalog {
  static let analytics = [
    App(
      id: AppID("google-analytics"), name: "Google Analytics", category: .analytics,
      purpose: "Bring in visits and conversions.", letters: "GA", colour: "#E37400",
      way: .oauth(
        google([
          .required(googleScope + "analytics.readonly", "See your Analytics reports"),
          .optional(googleScope + "analytics.edit", "Change Analytics settings"),
        ]))),
    App(
      id: AppID("mixpanel"), name: "Mixpanel", category: .analytics,
      purpose: "Send events for product analysis.", letters: "Mx", colour: "#7856FF",
      way: .credentials(mixpanel)),
    App(
      id: AppID("amplitude"), name: "Amplitude", category: .analytics,
      purpose: "Send events for product analysis.", letters: "Am", colour: "#1E61F0",
      way: .credentials(amplitude)),
  ]

  private static let mixpanel = CredentialForm(
    fields: [
      .init(
        "project_id", "Project ID", hint: "Numbers only. Project settings, Overview",
        isNumber: true),
      .init("username", "Service account name", hint: "Organization settings, Service accounts"),
      .init(
        "secret", "Secret", hint: "We store it encrypted and never show it again", isSecret: true),
    ],
    regions: [
      .init("us", "United States", "https://mixpanel.com"),
      .init("eu", "European Union", "https://eu.mixpanel.com"),
      .init("in", "India", "https://in.mixpanel.com"),
    ],
    userField: "username", passwordField: "secret", trialPath: "/api/app/me",
    meaning: "What the service account’s role in the project allows",
    findThem: """
      In Mixpanel, open Organization settings, then Service accounts, and add one with access to \
      the project.
      """,
    takeBack: "Delete the service account in Mixpanel’s Organization settings, Service accounts")

  private static let amplitude = CredentialForm(
    fields: [
      .init("api_key", "API key", hint: "Project settings, General"),
      .init(
        "secret_key", "Secret key", hint: "We store it encrypted and never show it again",
        isSecret: true),
      .init(
        "label", "Name of the project", hint: "So that you know it again", isOptional: true),
    ],
    regions: [
      .init("us", "United States", "https://amplitude.com"),
      .init("eu", "European Union", "https://analytics.eu.amplitude.com"),
    ],
    userField: "api_key", passwordField: "secret_key", trialPath: "/api/2/events/list",
    meaning: "Read charts, events and cohorts: full access of this project’s key",
    findThem: "In Amplitude, open the project’s settings; both keys are under General.",
    takeBack: "Change the secret key in Amplitude’s project settings")
}
