/** A shop with so many services; the line numbers are those of the services from `accounts` + 2 on. */
export function bigShop(services: number, accounts: number, change: (line: string, number: number) => string = (line) => line): string {
  const handle = (index: number): string => `zz${String(index).padStart(6, "0")}-ovh`;
  const lines = ["type,handle,name,email,product,admin,tech,expires"];
  for (let i = 0; i < accounts; i++) lines.push(`account,${handle(i)},Customer ${i},c${i}@example.com,,,,`);
  for (let i = 0; i < services; i++) lines.push(`service,,shop-${i}.example,,domain,${handle((i * 7) % accounts)},${handle(i % accounts)},2031-05-06`);
  return `${lines.map((line, index) => change(line, index + 1)).join("\n")}\n`;
}
