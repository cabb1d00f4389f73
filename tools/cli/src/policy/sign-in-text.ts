import { type RiskLevel, RISK_LEVELS, type SignIn } from '@tollgate/contracts';

/** `link at low and medium risk, signed-in at high, passkey at critical`: what is asked for, by risk. */
export function signInText(signIn: Readonly<Record<RiskLevel, SignIn>>): string {
  const groups: { readonly asks: SignIn; readonly risks: RiskLevel[] }[] = [];
  for (const risk of RISK_LEVELS) {
    const last = groups.at(-1);
    if (last?.asks === signIn[risk]) last.risks.push(risk);
    else groups.push({ asks: signIn[risk], risks: [risk] });
  }
  return groups
    .map(({ asks, risks }, index) => {
      if (risks.length === RISK_LEVELS.length) return `${asks} at any risk`;
      const named =
        risks.length === 1 ? risks.join('') : `${risks.slice(0, -1).join(', ')} and ${risks.at(-1) ?? ''}`;
      return `${asks} at ${named}${index === 0 ? ' risk' : ''}`;
    })
    .join(', ');
}
