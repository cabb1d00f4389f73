/** A database that belongs to one spec file, as @tollgate/servers makes it. */
export interface SpecDatabase {
  readonly url: string;
  readonly adminUrl: string;
  readonly roleUrls: Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

/** The servers that specs run against. Only specs may import @tollgate/servers, so they hand it in. */
export interface TestServers {
  createTestDatabase(name: string, roles: readonly string[]): Promise<SpecDatabase>;
  freePort(): Promise<number>;
  testBrokers(): string[];
  uniqueTopicPrefix(): string;
}
