/** Another process has the database open: it would go on in a file that counts no more. */
export class DatabaseInUse extends Error {
  override readonly name = "DatabaseInUse";
}

/** What stands in the place of the backup is damaged, so that nobody can see whether it is in use. */
export class PresentDamaged extends Error {
  override readonly name = "PresentDamaged";
}
