import { visibleText } from '@tollgate/pages';
import { type JSX } from 'preact';

const AFTER_A_SIGN = /(?<=[_.@:/-])(?=.)/u;

/** A name from outside that may be broken after the signs in it, where there is little room. */
export const Breakable = ({ name }: { readonly name: string }): JSX.Element => (
  <>
    {visibleText(name)
      .split(AFTER_A_SIGN)
      .map((part, nth) => (
        <>
          {nth > 0 && <wbr />}
          {part}
        </>
      ))}
  </>
);
