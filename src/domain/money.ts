/** A currency by its three letters (ISO 4217), upper case. */
export function isCurrency(text: string): boolean {
  return Intl.supportedValuesOf("currency").includes(text);
}

/** A decimal amount (`12.50`) in the currency's smallest unit, or undefined where it is none, is not above zero, or has too many decimals. */
export function minorUnits(amount: string, currency: string): number | undefined {
  const [, whole, fraction = ""] = /^([0-9]{1,12})(?:\.([0-9]{1,4}))?$/.exec(amount.trim()) ?? [];
  const places = decimalsOf(currency);
  if (whole === undefined || fraction.length > places) return undefined;
  const units = Number(`${whole}${fraction.padEnd(places, "0")}`);
  return units > 0 && Number.isSafeInteger(units) ? units : undefined;
}

/** An amount in the smallest unit as a decimal number with a point. */
export function decimalAmount(units: number, currency: string): string {
  const decimals = decimalsOf(currency);
  return (units / 10 ** decimals).toFixed(decimals);
}

const decimals = new Map<string, number>();

/** Making a formatter is dear, and an import has many amounts. */
function decimalsOf(currency: string): number {
  const known = decimals.get(currency) ?? new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  decimals.set(currency, known);
  return known;
}
