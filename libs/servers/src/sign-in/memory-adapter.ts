import { type Adapter, type AdapterPayload } from 'oidc-provider';

/** Entries that are kept; the oldest make room. */
const MOST = 10_000;

interface Entry {
  readonly payload: AdapterPayload;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Makes the adapters by which a provider keeps what it has to remember: in this process, until it ends. */
export function memoryAdapters(now: () => number = Date.now): (model: string) => Adapter {
  const entries = new Map<string, Entry>();
  const find = (key: string): AdapterPayload | undefined => {
    const entry = entries.get(key);
    return entry === undefined || entry.endsAt <= now() ? undefined : entry.payload;
  };
  return (model) => {
    const keyOf = (id: string): string => `${model}:${id}`;
    const findBy = (fits: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
      for (const key of entries.keys()) {
        const payload = key.startsWith(keyOf('')) ? find(key) : undefined;
        if (payload !== undefined && fits(payload)) return payload;
      }
      return undefined;
    };
    return {
      upsert: async (id, payload, expiresIn) => {
        entries.delete(keyOf(id));
        entries.set(keyOf(id), { payload, endsAt: expiresIn ? now() + expiresIn * 1000 : Infinity });
        const oldest = entries.keys().next().value;
        if (entries.size > MOST && oldest !== undefined) entries.delete(oldest);
      },
      find: async (id) => find(keyOf(id)),
      findByUid: async (uid) => findBy((payload) => payload.uid === uid),
      findByUserCode: async (code) => findBy((payload) => payload.userCode === code),
      consume: async (id) => {
        const payload = find(keyOf(id));
        if (payload !== undefined) payload.consumed = Math.floor(now() / 1000);
      },
      destroy: async (id) => void entries.delete(keyOf(id)),
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of entries)
          if (key.startsWith(keyOf('')) && payload.grantId === grantId) entries.delete(key);
      },
    };
  };
}
