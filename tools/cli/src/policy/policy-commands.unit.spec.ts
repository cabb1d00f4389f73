import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeIntake, startFakeIntake } from '../testing/fake-intake.js';
import { SHIPPED } from '../testing/fake-policy.js';
import { runTollgate } from '../testing/run-tollgate.js';
import { ASKED, decidedByErin, RELEASE } from '../testing/status-documents.js';

let intake: FakeIntake;
let folder: string;
let paths: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-policy-'));
  intake = await startFakeIntake(ASKED);
  change((policy) => policy);
});
afterEach(async () => {
  await intake.stop();
  rmSync(folder, { recursive: true });
});

/** Writes the files that are shipped, changed. */
function change(
  policy: (text: string) => string,
  directory: (text: string) => string = (text) => text,
): void {
  const write = (name: string, put: (text: string) => string): string => {
    const file = join(folder, name);
    writeFileSync(file, put(readFileSync(join(SHIPPED, name), 'utf8')));
    return file;
  };
  paths = ['--policy', write('policy.yaml', policy), '--directory', write('directory.yaml', directory)];
}

const tollgate = (...args: string[]) =>
  runTollgate(
    folder,
    {
      TOLLGATE_INTAKE_URL: intake.url,
      TOLLGATE_API_KEY: 'producer-key',
      TOLLGATE_OPERATOR_KEY: 'operator-key',
    },
    ['policy', ...args],
  );

const posted = (path: string) => intake.calls.find((call) => call.method === 'POST' && call.path === path);

/** Medium risk in production is no longer for the vice president. */
const forTheTeam = (text: string): string =>
  text.replace(/(id: deploy-prod-medium[\s\S]*?decide: \{ role: )vp-engineering/, '$1team-lead');

describe('policy diff', () => {
  it('tells the effect of a change, and ends with 1', async () => {
    change(forTheTeam, (text) => text.replace('roles: [cto]', 'roles: [cto, team-lead]'));
    const { code, out } = await tollgate('diff', ...paths);
    expect(code).toBe(1);
    const words = out.replace(/\s+/g, ' ');
    expect(words).toContain('From revision 3 to');
    expect(words).toContain(
      'deploy_prod at medium risk before one person of the role vp-engineering after one person of the role team-lead',
    );
    expect(words).toContain('erin is now in role team-lead');
    expect(words).toContain('~ deploy-prod-medium: decide');
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('says that only the wording differs', async () => {
    change(
      (text) => text,
      (text) => text.replace('roles: [developer,', 'roles: [developer, tester,'),
    );
    const { code, out } = await tollgate('diff', ...paths);
    expect(code).toBe(1);
    expect(out).toContain('only what has no effect differs');
  });

  it('compares with files, without a service', async () => {
    const base = join(folder, 'base.yaml');
    writeFileSync(base, readFileSync(join(SHIPPED, 'policy.yaml')));
    expect(await tollgate('diff', ...paths, '--base-policy', base)).toMatchObject({ code: 0 });
    change(forTheTeam);
    const { code, out } = await tollgate('diff', ...paths, '--base-policy', base, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      differs: 'yes',
      cells: [{ riskLevel: 'medium' }, {}],
      people: [],
    });
    expect(intake.calls).toEqual([]);
  });

  it('says that intake is not reachable', async () => {
    await intake.stop();
    expect(await tollgate('diff', ...paths)).toMatchObject({ code: 69 });
  });

  it('shows control characters of a policy', async () => {
    change((text) => text.replace('reason: Only', 'reason: "\\e[2J\\u202E"\n    #'));
    const { out } = await tollgate('diff', ...paths);
    expect(out).toContain('\\u{1b}[2J\\u{202e}');
    expect(out).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
  });
});

describe('policy publish', () => {
  beforeEach(() => change(forTheTeam));

  it('proposes the documents on the revision that they were compared with, and ends with the release', async () => {
    intake.onHeld = () =>
      intake.change({ status: 'released', decision: decidedByErin('approve', 'go'), release: RELEASE });
    const { code, out } = await tollgate('publish', ...paths, '--reason', 'less waiting', '--wait');
    expect(code).toBe(0);
    expect(posted('/v1/policy')).toMatchObject({
      headers: { authorization: 'Bearer producer-key' },
      body: { basedOn: 3, reason: 'less waiting', directory: intake.policy.directory },
    });
    for (const part of ['deploy-prod-medium', 'erin (role:cto)', 'approved by erin', 'It rules from now on.'])
      expect(out).toContain(part);
  });

  it('without --wait says who is asked and how to go on', async () => {
    const { code, out } = await tollgate('publish', ...paths);
    expect(code).toBe(75);
    expect(out).toContain(`npx tollgate request wait ${ASKED.id}`);
    expect(posted('/v1/policy')?.body).toMatchObject({ reason: 'Change of the policy: 1 line' });
  });

  it('ends with the code of a no', async () => {
    intake.change({ status: 'denied', decision: decidedByErin('deny', 'no') });
    expect(await tollgate('publish', ...paths, '--wait')).toMatchObject({ code: 10 });
  });

  it('gives one JSON document', async () => {
    const { out } = await tollgate('publish', ...paths, '--json');
    expect(JSON.parse(out)).toMatchObject({
      id: ASKED.id,
      basedOn: 3,
      diff: { lines: [{ rule: 'deploy-prod-medium' }] },
    });
  });

  it('says what to do where another revision came in between', async () => {
    const answer = intake.policy.answer.bind(intake.policy);
    intake.policy.answer = (method, path, body) => {
      if (method === 'POST') intake.policy.revision = 4;
      return answer(method, path, body);
    };
    const { code, err } = await tollgate('publish', ...paths);
    expect(code).toBe(1);
    expect(err).toContain('Revision 4 rules.');
    expect(err).toContain('after revision 3');
    expect(err).toContain('npx tollgate policy diff');
  });

  it('says how to get a key that may propose', async () => {
    const answer = intake.policy.answer.bind(intake.policy);
    intake.policy.answer = (method, path, body) =>
      method === 'GET' ? answer(method, path, body) : { status: 403, body: { title: 'Not allowed' } };
    const { code, err } = await tollgate('publish', ...paths);
    expect(code).toBe(1);
    expect(err).toContain('--scope policy:propose');
  });

  it.each([
    ['errors', (text: string) => text.replace('role: cto', 'role: king'), 'king'],
    [
      'no way to change it again',
      (text: string) => text.replace('{ anyOf: [cto, vp-engineering, team-lead] }', 'cto'),
      'erin',
    ],
  ])('sends nothing of files with %s', async (_name, broken, message) => {
    change(broken);
    const { code, out, err } = await tollgate('publish', ...paths);
    expect(code).toBe(1);
    expect(out + err).toContain(message);
    expect(intake.calls.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('names the faults in JSON mode, too', async () => {
    change((text) => text.replace('role: cto', 'role: king'));
    const { out, err } = await tollgate('publish', ...paths, '--json');
    expect(out).toBe('');
    expect(JSON.parse(err)).toMatchObject({ error: { message: expect.stringContaining('king') } });
  });
});

describe('policy recover', () => {
  beforeEach(() => change(forTheTeam));
  const recover = (...more: string[]) =>
    tollgate('recover', ...paths, '--justification', 'all approvers left', ...more);

  it('is a dry run without --yes, and says what it would do', async () => {
    const { code, out, err } = await recover();
    expect(code).toBe(0);
    expect(err).toContain('WITHOUT APPROVAL');
    expect(out).toContain('Nothing was changed.');
    expect(intake.policy.revision).toBe(3);
  });

  it('publishes as an operator', async () => {
    const { code, out } = await recover('--yes');
    expect(code).toBe(0);
    expect(out).toContain('Revision 4 rules, without approval.');
    expect(posted('/v1/policy/recover')).toMatchObject({
      headers: { authorization: 'Bearer operator-key' },
      body: { justification: 'all approvers left' },
    });
  });

  it('needs a justification', async () => {
    expect(await tollgate('recover', ...paths, '--yes')).toMatchObject({ code: 64 });
  });
});

describe('policy deactivate', () => {
  it('works at once, and once', async () => {
    const first = await tollgate('deactivate', 'bob', '--reason', 'left');
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toContain('bob is inactive now, and decides nothing; revision 4 rules.');
    const second = await tollgate('deactivate', 'bob', '--reason', 'left');
    expect(second.out).toContain('bob was inactive already');
    expect(posted('/v1/policy/deactivate')?.body).toEqual({ person: 'bob', reason: 'left' });
  });

  it('refuses an unknown person', async () => {
    const { code, err } = await tollgate('deactivate', 'nobody', '--reason', 'left');
    expect(code).toBe(1);
    expect(err).toContain('no such person');
  });
});

describe('policy explain', () => {
  const explain = (...more: string[]) =>
    tollgate('explain', '--environment', 'production', '--requester', 'bob', ...paths, ...more);

  it('tells line, risk, people, exclusions, time, silence and guardrails, within 80 columns', async () => {
    const { code, out } = await explain(
      '--action',
      'rotate_secrets',
      '--risk',
      'low',
      '--target',
      '{"region":"asia"}',
    );
    expect(code).toBe(0);
    for (const part of [
      'low, as claimed',
      'Line        rotate-secrets',
      'asked      dave (role:team-lead)',
      'excluded   bob is the requester',
      'in the working hours of berlin (Europe/Berlin)',
      '2026-11-23 16:00:00 UTC',
      'asks the people of step 2',
      'asked      carol (role:vp-engineering)',
      'denies it',
      'allowed-regions would block it',
    ])
      expect(out.replace(/\s*\n\s+/g, ' ')).toContain(part);
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(intake.calls).toEqual([]);
  });

  it('tells what raised the risk, and why earlier lines did not match', async () => {
    const { out } = await explain(
      '--action',
      'deploy_ci',
      '--risk',
      'low',
      '--target',
      '{"classification":"pii"}',
    );
    expect(out).toContain('high: raised from low by personal-data');
    expect(out).toContain('- not deploy-ci: it is for low or medium risk');
  });

  it('says which sign-in is asked for, which verdicts need a reason, and how long a question stops the clock', async () => {
    change((text) =>
      text.replace(
        '    reminders: []',
        '    reminders: []\n    reasonFor: [approve, deny]\n    pauseForAnswer: PT2H',
      ),
    );
    const { out } = await explain('--action', 'deploy_prod', '--risk', 'high');
    expect(out).toContain('Sign-in     a recent sign-in is asked for (signed-in)');
    expect(out).toContain('reason     needed to approve or deny');
    expect(out).toContain('question   stops the clock for 2 h at most');
    expect((await explain('--action', 'make_coffee', '--risk', 'low')).out).not.toContain('Sign-in');
  });

  it('says who could break the glass, and that nobody can', async () => {
    const { out } = await explain('--action', 'deploy_prod', '--risk', 'high');
    expect(out.replace(/\s*\n\s+/g, ' ')).toContain(
      'may go ahead without them, by production-outage (a passkey), reviewed afterwards',
    );
    expect((await explain('--action', 'deploy_ci', '--risk', 'high')).out).toContain(
      'Break-glass nobody may go ahead without them',
    );
  });

  it('asks the revision that rules with --live', async () => {
    intake.policy.revision = 7;
    const { code, out } = await explain('--action', 'deploy_prod', '--risk', 'low', '--live');
    expect(code).toBe(0);
    expect(out).toContain('By revision 7, which rules.');
    expect(out).toContain('bob is the requester');
  });

  it('gives the explanation as JSON', async () => {
    const { out } = await explain('--action', 'none', '--risk', 'low', '--json');
    expect(JSON.parse(out)).toMatchObject({ earlier: [], route: { decider: 'deny' } });
  });

  it.each(['[]', '{', '"x"'])('refuses %s as a target', async (target) => {
    const { code, err } = await explain('--action', 'deploy_ci', '--risk', 'low', '--target', target);
    expect(code).toBe(64);
    expect(err).toContain('--target');
  });
});

describe('policy test', () => {
  it('holds the policy against the cases that are shipped', async () => {
    const { code, out } = await tollgate('test', ...paths, join(SHIPPED, 'cases.yaml'));
    expect(out).toContain('all as expected');
    expect(code).toBe(0);
  });

  it('tells expected and actual of a case that failed', async () => {
    change(forTheTeam);
    const { code, out } = await tollgate('test', ...paths, join(SHIPPED, 'cases.yaml'));
    expect(code).toBe(1);
    expect(out).toContain('production of medium risk is for the vice president');
    expect(out).toContain('approvers: expected carol, was bob, dave');
    expect(out).toMatch(/\d+ cases, 1 failed\./);
  });

  it('names the place of a fault in the cases', async () => {
    const file = join(folder, 'cases.yaml');
    writeFileSync(file, 'cases:\n  - name: x\n    request: {}\n    expect: {}\n');
    const { code, err } = await tollgate('test', ...paths, file);
    expect(code).toBe(1);
    expect(err).toContain(`${file}:3:`);
  });
});

describe('policy lint', () => {
  it('lets warnings pass, but not with --strict', async () => {
    expect(await tollgate('lint', ...paths)).toMatchObject({
      code: 0,
      out: expect.stringContaining(': warning: '),
    });
    expect(await tollgate('lint', ...paths, '--strict')).toMatchObject({ code: 1 });
  });
});

it.each(['lint', 'test', 'show', 'explain', 'diff', 'publish', 'recover', 'deactivate'])(
  'policy %s has help with an example',
  async (command) => {
    const { code, out } = await tollgate(command, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Examples?:[^]*npx tollgate policy ${command}`));
  },
);
