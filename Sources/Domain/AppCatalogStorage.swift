extension AppCatalog {
  static let storage = [
    App(
      id: AppID("google-drive"), name: "Google Drive", category: .storage,
      purpose: "Save exports to a folder.", letters: "GD", colour: "#4285F4",
      way: .oauth(
        google([
          .required(
            googleScope + "drive.file", "See and change only the files you open with this app"),
          .optional(
            googleScope + "drive.metadata.readonly", "See names and details of all your files"),
          .optional(googleScope + "drive.readonly", "See and download all your files"),
        ]))),
    App(
      id: AppID("dropbox"), name: "Dropbox", category: .storage,
      purpose: "Save exports to a folder.", letters: "Db", colour: "#0061FF", way: .oauth(dropbox)),
    App(
      id: AppID("onedrive"), name: "OneDrive", category: .storage,
      purpose: "Save exports to a folder.", letters: "OD", colour: "#0078D4",
      way: .oauth(
        microsoft(
          tenant: "common",
          [
            .required("Files.Read", "See your own files"),
            .optional("Files.ReadWrite", "Change your own files"),
            .optional("Files.Read.All", "See files shared with you too"),
          ]))),
  ]

  private static let dropbox = Provider(
    addresses: .init(
      authorization: "https://www.dropbox.com/oauth2/authorize",
      token: "https://api.dropboxapi.com/oauth2/token",
      revocation: "https://api.dropboxapi.com/2/auth/token/revoke",
      identity: "https://api.dropboxapi.com/2/users/get_current_account"),
    parameters: [("token_access_type", "offline")],
    scopes: [
      .required("account_info.read", "See your name, email address and type of account"),
      .required("files.metadata.read", "See names and details of your files"),
      .optional("files.content.read", "Open and download your files"),
      .optional("files.content.write", "Add, change and delete files"),
      .optional("sharing.read", "See shared links and folders"),
      .optional("sharing.write", "Change shared links and folders"),
    ],
    renewal: .refreshToken(narrowsAccess: true),
    identity: IdentityCall(
      source: .post, id: [["account_id"]], name: [["team", "name"], ["name", "display_name"]],
      detail: [["email"]]),
    revocation: .bearer, accountPlace: "Dropbox’s Settings, Apps")
}
