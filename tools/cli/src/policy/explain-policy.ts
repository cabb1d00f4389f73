import { type JsonObject } from '@tollgate/contracts';
import { explainDecision, requestOf } from '@tollgate/policy';
import { type CommandContext } from '../command.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { visible } from '../terminal/visible.js';
import { wrap } from '../terminal/wrap.js';
import { parseExplanation } from './explanation-answer.js';
import { type Asked, explanationText } from './explanation-text.js';
import { type PolicyPaths, readPolicyFiles } from './policy-files.js';

/** The request that is explained. */
export interface ExplainOptions extends PolicyPaths, Asked {
  readonly target: JsonObject;
  readonly parameters: JsonObject;
  /** By the revision that rules instead of the files. */
  readonly live: boolean;
}

/** By the revision that rules, as intake says. */
async function askIntake(context: CommandContext, options: ExplainOptions) {
  const { settings, interrupted } = context;
  const { action, environment, risk: riskLevel, requester, onBehalfOf, target, parameters } = options;
  const answer = parseExplanation(
    await callService({
      service: 'intake',
      method: 'POST',
      url: `${settings.intakeUrl}/v1/policy/explain`,
      key: required(settings, 'producerKey'),
      body: { action, environment, riskLevel, requester, onBehalfOf, target, parameters },
      signal: interrupted,
    }),
  );
  const { revision } = answer;
  return {
    by: revision === undefined ? 'the revision that rules' : `revision ${revision}, which rules`,
    explanation: answer,
  };
}

function askFiles(options: ExplainOptions) {
  const { name, compiled } = readPolicyFiles(options);
  const { action, environment, risk, requester, onBehalfOf, target, parameters } = options;
  const given = { action, environment, risk, requester, onBehalfOf: [...onBehalfOf], target, parameters };
  return { by: name, explanation: explainDecision(compiled, requestOf(given, compiled.revision)) };
}

/** `tollgate policy explain`: who would decide a request, and why; nobody is asked. */
export async function explainPolicy(context: CommandContext, options: ExplainOptions): Promise<ExitCode> {
  const { terminal, now } = context;
  const { by, explanation } = options.live ? await askIntake(context, options) : askFiles(options);
  const { paint, width } = terminal;
  for (const line of explanationText(explanation, options, { paint, width, now: now() })) terminal.say(line);
  terminal.say('');
  for (const line of wrap(`By ${visible(by)}. Nobody was asked.`, { width }))
    terminal.say(paint('dim', line));
  terminal.give(explanation);
  return EXIT_CODE.done;
}
