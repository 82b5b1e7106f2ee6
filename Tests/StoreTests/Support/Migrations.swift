import Store
import TestSupport

extension SQLFile {
  static let migrations: [SchemaStore.Migration] = numbered.compactMap { file in
    SchemaStore.Migration(fileName: file.name, script: file.text)
  }
}
