import { describe, expect, it } from "vitest";
import { checkWritten, guardAddress, isPublicAddress } from "../../../functions/webhooks/address-guard.ts";

const STRICT = { loopback: false };
const LOCAL = { loopback: true };
const leadsTo =
  (...addresses: string[]) =>
  (): Promise<readonly string[]> =>
    Promise.resolve(addresses);

describe("an address of the network", () => {
  it.each(["8.8.8.8", "196.201.214.200", "2c0f:fe38:2100::1", "2606:4700::1111"])("%s is anybody's", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "100::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
    "4000::1",
    "not an address",
  ])("%s is not", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe("an endpoint's address", () => {
  it.each([
    ["https://duka.co.ke/hooks?shop=1", null],
    ["https://duka.co.ke:443/hooks", null],
    ["https://8.8.8.8/", null],
    ["not a url", "is no URL"],
    ["ftp://duka.co.ke/", "does not begin with https://"],
    ["http://duka.co.ke/", "does not begin with https://"],
    ["https://duka.co.ke:8443/", "names a port"],
    ["https://user:secret@duka.co.ke/", "holds a name or a password"],
    ["https://duka.co.ke/#part", "has a fragment"],
    ["https://10.0.0.8/", "is not a public address"],
    ["https://0x7f.1/", "is not a public address"],
    ["https://2130706433/", "is not a public address"],
    ["https://[::1]/", "is not a public address"],
    ["https://[::ffff:a00:1]/", "is not a public address"],
    ["http://127.0.0.1:3000/", "does not begin with https://"],
    [`https://duka.co.ke/${"a".repeat(2_048)}`, "has more than 2048 characters"],
  ])("%s: %s", (url, mistake) => {
    const found = checkWritten(url, STRICT);
    if (mistake === null) expect(found).toBeNull();
    else expect(found).toContain(mistake);
  });

  it.each(["http://127.0.0.1:3000/hooks", "http://localhost:3000/hooks", "http://[::1]:3000/"])(
    "%s is a developer's own machine, where the stage says so",
    (url) => {
      expect(checkWritten(url, LOCAL)).toBeNull();
      expect(checkWritten(url, STRICT)).not.toBeNull();
    },
  );

  it.each(["https://localhost/", "http://10.0.0.8:3000/", "http://duka.co.ke/"])(
    "%s is no developer's own machine, whatever the stage says",
    async (url) => {
      expect((await guardAddress(url, LOCAL, leadsTo("127.0.0.1"))).ok).toBe(false);
    },
  );

  it("is refused when only one of the addresses behind its name is private", async () => {
    const guarded = await guardAddress("https://duka.co.ke/", STRICT, leadsTo("8.8.8.8", "10.0.0.1"));
    expect(guarded).toMatchObject({ ok: false, because: "leads to an address that is not public", unresolved: false });
  });

  it("is what its name led to when it was checked, and nothing else", async () => {
    const guarded = await guardAddress("https://duka.co.ke/", STRICT, leadsTo("8.8.8.8", "8.8.4.4"));
    expect(guarded).toMatchObject({ ok: true, target: { addresses: ["8.8.8.8", "8.8.4.4"] } });
  });

  it("of a developer's own machine never leads off it", async () => {
    expect((await guardAddress("http://localhost:3000/", LOCAL, leadsTo("8.8.8.8"))).ok).toBe(false);
    expect((await guardAddress("http://localhost:3000/", LOCAL, leadsTo("127.0.0.1", "::1"))).ok).toBe(true);
  });

  it.each([leadsTo(), () => Promise.reject(new Error("ENOTFOUND"))])(
    "may name a host that nobody knows",
    async (resolve) => {
      expect(await guardAddress("https://duka.co.ke/", STRICT, resolve)).toMatchObject({ ok: false, unresolved: true });
    },
  );
});
