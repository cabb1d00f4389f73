import { type JSX } from 'preact';

/** The numbers of a plot as a table, folded until they are asked for. */
export interface NumbersParts {
  readonly summary: string;
  readonly caption: string;
  /** The first one is of the row's name. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a plot shows, for whoever would rather have the numbers. */
export const Numbers = ({ summary, caption, columns, rows }: NumbersParts): JSX.Element => (
  <details class="numbers">
    <summary>{summary}</summary>
    <div class="scrolls" tabIndex={0} role="group" aria-label={`${summary}: table`}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...values]) => (
            <tr>
              <th scope="row">{name}</th>
              {values.map((value) => (
                <td>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
);
