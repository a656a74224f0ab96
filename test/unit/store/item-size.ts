/** The size of an item and the units a write of it costs, by the rules of DynamoDB's developer guide ("item sizes"). */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

const numberBytes = (digits: string): number => {
  const significant = digits
    .replace(/^-?0*\.?/, "")
    .replace(".", "")
    .replace(/0+$/, "");
  return Math.ceil(significant.length / 2) + 1 + (digits.startsWith("-") ? 1 : 0);
};

const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) return 3 + value.L.reduce((sum, item) => sum + 1 + valueBytes(item), 0);
  if (value.M !== undefined) return 3 + itemBytes(value.M) + Object.keys(value.M).length;
  throw new Error("the store writes no sets");
};

export const itemBytes = (item: Record<string, AttributeValue>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
