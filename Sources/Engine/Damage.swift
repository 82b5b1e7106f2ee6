package import Domain
package import Store

// What is sealed and does not open. That the ring lacks a key is the operator's to mend: it is thrown,
// and marks nobody's connection.
extension Providers {
  /// The tokens of a user's connection; nil when there are none, or they are damaged, which its person
  /// is told.
  package func tokens(of app: AppID, user: User.ID, by actor: Actor) throws -> HeldTokens? {
    try unlessDamaged(by: actor) { try stores.connections.tokens(of: app, user: user) }
  }

  func tokens(of id: Connection.ID, by actor: Actor) throws -> HeldTokens? {
    try unlessDamaged(by: actor) { try stores.connections.tokens(of: id) }
  }

  /// The same for keys.
  package func credentials(of connection: Connection, by actor: Actor) throws -> [UInt8]? {
    try unlessDamaged(by: actor) { try stores.connections.credentials(of: connection) }
  }

  func unlessDamaged<Value>(by actor: Actor, _ read: () throws -> Value?) throws -> Value? {
    do {
      return try read()
    } catch let damage as DamagedConnection {
      try stores.connections.mark(damage, by: actor)
      report("a connection is damaged, and has to be made again", damage)
      return nil
    }
  }
}
