/** The command could not do what it was asked for; the message says what to do. Exit code 1. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** The command was called or set up in a way that cannot work. Exit code 2. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}
