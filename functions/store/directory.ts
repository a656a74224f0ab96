/**
 * Storefronts and their API keys: what the directory promises; `dynamo-directory.ts` keeps the promise. A key is shown
 * once, when it is made, and kept only as a keyed hash, so neither the table nor a copy of it opens any door. What must
 * stay true: a revoked key is never found; a look-up costs one read.
 */
import type { Scope } from "../domain/scopes.ts";

export type KeyMode = "live" | "test";

/** What a key is, without the key. */
export interface ApiKey {
  readonly id: string;
  readonly storefront: string;
  /** What a person calls it. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Usage plan: rate, burst and daily quota are the stage's data. */
  readonly tier: string;
  /** What API Gateway meters the key by. */
  readonly usageIdentifier: string;
  readonly mode: KeyMode;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

export interface NewKey {
  readonly storefront: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly tier: string;
  readonly usageIdentifier: string;
  readonly mode: KeyMode;
}

export interface Storefront {
  readonly id: string;
  readonly name: string;
  /** The shortcode that its payments go to; null: the stage's. */
  readonly shortcode: string | null;
  /** What the account references of its customers begin with, in any case: payments from the phone's menu go by them. */
  readonly references: readonly string[];
  /** Owns its shortcode: what no storefront's reference fits comes here. */
  readonly isDefault: boolean;
}

export interface Directory {
  /** Makes a key. `clearText` is returned this once and can't be had again. */
  createKey(wanted: NewKey): Promise<{ readonly key: ApiKey; readonly clearText: string }>;
  /** For seeding alone: keeps a key whose text is given. The same text again replaces the key. */
  plantKey(wanted: NewKey, clearText: string): Promise<ApiKey>;
  /** Null for a key that was never made, or was revoked. One read; a second for a stranger while the pepper rotates. */
  findKey(clearText: string): Promise<ApiKey | null>;
  /** False when there is no such key. Safe to repeat. */
  revokeKey(id: string): Promise<boolean>;
  /** Revoked ones included; at most 100. */
  listKeys(storefront: string): Promise<readonly ApiKey[]>;
  putStorefront(storefront: Storefront): Promise<void>;
  storefront(id: string): Promise<Storefront | null>;
  /** All of them, at most 1,000, by id. A few requests: keep the answer a while. What was just put may be missing. */
  storefronts(): Promise<readonly Storefront[]>;
}
