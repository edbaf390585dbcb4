/** An object of a class without fields of its own, as most classes with private members are. */
export class Credentials {
  readonly #user = "ada";
  get user(): string {
    return this.#user;
  }
}
