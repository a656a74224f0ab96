/**
 * The least that a function which keeps its data in DynamoDB can be: the client and one command. What a bundle holds and
 * costs beyond this is Malipo.
 */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { createDynamo } from "../functions/store/client.ts";

const dynamo = createDynamo();

export const handler = async (event: { readonly table: string; readonly id: string }): Promise<boolean> => {
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: event.table, Key: { pk: { S: event.id } } }));
  return Item !== undefined;
};
