import { DataSource, type MixedList } from 'typeorm';

/** What a service needs to know to open its database. */
export interface DataSourceSettings {
  /** A `postgres://` URL with the service's own role. */
  readonly url: string;
  readonly poolSize: number;
  /** Shown by the server in `pg_stat_activity`. */
  readonly applicationName: string;
  /**
   * For a service all of whose statements find their rows by an index: no plan scans a whole table. A prepared
   * statement that was planned while its table was empty would go on scanning it while it grows.
   */
  readonly byIndexOnly?: boolean;
  /** Settings of each connection by their names, like `{ 'tollgate.feature': 'on' }`; letters, digits, dots and underscores. */
  readonly session?: Readonly<Record<string, string>>;
  /** Migration classes, oldest first; only `migrate` runs them. */
  readonly migrations?: MixedList<new () => object>;
}

/** No statement may hold a connection, or a lock, longer than this. */
const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Short statements; compiling one costs more than running it. */
const BY_INDEX_ONLY = '-c enable_seqscan=off -c jit=off';

function sessionOption([name, value]: [string, string]): string {
  if (![name, value].every((word) => /^[\w.]+$/.test(word)))
    throw new Error(`the connection setting ${name} is not made of letters, digits, dots and underscores`);
  return `-c ${name}=${value}`;
}

/**
 * A typeorm data source on Postgres, not yet initialised. Never synchronises a schema: tables come by `migrate`.
 * @param settings where, as whom, with how many connections
 */
export function createDataSource(settings: DataSourceSettings): DataSource {
  const options = [
    ...(settings.byIndexOnly === true ? [BY_INDEX_ONLY] : []),
    ...Object.entries(settings.session ?? {}).map(sessionOption),
  ];
  return new DataSource({
    type: 'postgres',
    url: settings.url,
    poolSize: settings.poolSize,
    applicationName: settings.applicationName,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    synchronize: false,
    migrationsRun: false,
    migrationsTransactionMode: 'each',
    migrationsTableName: 'migration',
    migrations: settings.migrations ?? [],
    entities: [],
    logging: false,
    extra: {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      // Statements that are not waited for one by one go out in one write.
      pipeline: true,
      ...(options.length === 0 ? {} : { options: options.join(' ') }),
    },
  });
}
