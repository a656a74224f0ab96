/**
 * An API key as items. It lies under a keyed hash of its text, so finding one is one read by key and the table alone opens
 * nothing. While the pepper rotates it lies in two places, which its pointer names. What must stay true: the text of a key is
 * written nowhere; its digest, of which the next hash is made without the text, is of 160 random bits and leads to no text.
 */
import { createHash, createHmac } from "node:crypto";
import { isScope } from "../domain/scopes.ts";
import { bytes, list, maybeNumber, number, readBytes, readList, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { ApiKey } from "./directory.ts";

type Written = Record<string, Item[string]>;

export const digestOf = (clearText: string): Uint8Array => createHash("sha256").update(clearText).digest();
export const readDigest = (item: Item): Uint8Array => readBytes(item, "digest");

export const keyPlace = (digest: Uint8Array, pepper: string): string =>
  `key#${createHmac("sha256", pepper).update(digest).digest("base64url")}`;

export const writeKey = (place: string, key: ApiKey, digest: Uint8Array): Written => ({
  pk: text(place),
  sf: text(key.storefront),
  id: text(key.id),
  name: text(key.name),
  scopes: list(key.scopes.map(text)),
  tier: text(key.tier),
  usage: text(key.usageIdentifier),
  mode: text(key.mode),
  created: number(key.createdAt),
  digest: bytes(digest),
});

export const readKey = (item: Item): ApiKey => ({
  id: readText(item, "id"),
  storefront: readText(item, "sf"),
  name: readText(item, "name"),
  // A scope that a later version has taken away opens nothing.
  scopes: readList(item, "scopes").flatMap(({ S: scope }) => (scope !== undefined && isScope(scope) ? [scope] : [])),
  tier: readText(item, "tier"),
  usageIdentifier: readText(item, "usage"),
  mode: readText(item, "mode") === "live" ? "live" : "test",
  createdAt: readNumber(item, "created"),
  revokedAt: maybeNumber(item, "revoked"),
});

export const pointerPlace = (id: string): string => `id#${id}`;

/** Where the key of that id lies. */
export const writePointer = (id: string, places: readonly string[]): Written => ({
  pk: text(pointerPlace(id)),
  places: list(places.map(text)),
});

export const readPlaces = (pointer: Item): readonly string[] =>
  readList(pointer, "places").flatMap(({ S: place }) => (place === undefined ? [] : [place]));
