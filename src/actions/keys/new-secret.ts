import type { Context } from "../../context.ts";

const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Bytes from here on would make the first signs likelier than the last. */
const fair = 256 - (256 % signs.length);

/** So many letters and digits of chance, each as likely as the others. */
export function newSecret({ random }: Pick<Context, "random">, length: number): string {
  let text = "";
  while (text.length < length) for (const byte of random(length)) if (byte < fair && text.length < length) text += signs[byte % signs.length];
  return text;
}
