import { type Fault } from '@tollgate/contracts';
import { type JSX } from 'preact';
import { DEFAULT_DAYS, type InsightsForm } from './insights-query.js';

const FIELDS = [
  { name: 'from', label: 'From (UTC day)', type: 'date' },
  { name: 'until', label: 'Until (UTC day)', type: 'date' },
  { name: 'action', label: 'Action', type: 'text' },
] as const;

const Field = ({
  field: { name, label, type },
  value,
  fault,
}: {
  readonly field: (typeof FIELDS)[number];
  readonly value: string;
  readonly fault: string | undefined;
}): JSX.Element => {
  const wrong = fault === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${name}-fault` };
  return (
    <p>
      <label for={name}>{label}</label>
      {type === 'date' ? (
        <input type="date" id={name} name={name} value={value} {...wrong} />
      ) : (
        <input
          type="text"
          id={name}
          name={name}
          value={value}
          maxLength={128}
          placeholder="deploy_prod"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          {...wrong}
        />
      )}
      {fault !== undefined && (
        <span class="fault" id={`${name}-fault`}>
          {name} {fault}
        </span>
      )}
    </p>
  );
};

/** The form of the page, with what is wrong with it at each field. */
export const InsightsFormPart = ({
  form,
  faults,
}: {
  readonly form: InsightsForm;
  readonly faults: readonly Fault[];
}): JSX.Element => {
  const faultOf = (name: string): string | undefined =>
    faults.find(({ pointer }) => pointer === `/${name}`)?.detail;
  const others = faults.filter(({ pointer }) => !FIELDS.some(({ name }) => pointer === `/${name}`));
  return (
    <>
      {faults.length > 0 && (
        <div class="notice bad" role="alert">
          <p>
            {others.length < faults.length
              ? 'Nothing is counted: the form says what does not fit.'
              : 'Nothing is counted.'}
          </p>
          {others.map(({ pointer, detail }) => (
            <p>
              {pointer.slice(1)} {detail}
            </p>
          ))}
        </div>
      )}
      <form method="get" action="/insights" class="search period">
        {FIELDS.map((field) => (
          <Field field={field} value={form[field.name] ?? ''} fault={faultOf(field.name)} />
        ))}
        <p class="buttons">
          <button>Show</button>
          <a href="/insights">Last {DEFAULT_DAYS} days</a>
        </p>
      </form>
    </>
  );
};
