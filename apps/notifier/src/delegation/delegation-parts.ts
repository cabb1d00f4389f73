import { type Provider, type Type } from '@nestjs/common';
import { newDelegationId } from '@tollgate/contracts';
import { OperatorSignIn } from '../operator-sign-in/operator-sign-in.js';
import { type NotifierConfig } from '../notifier.config.js';
import { AskAnew, type AskAnewParts } from './ask-anew.js';
import { DelegationRound } from './delegation-round.js';
import { Delegations, type DelegationsParts } from './delegations.js';
import { DelegationsController } from './delegations.controller.js';
import { ReassignController } from './reassign.controller.js';
import { type LanesLogger } from '@tollgate/messaging';

/** Everything about delegations that the composition root names. */
export interface DelegationParts {
  readonly delegations: Delegations;
  readonly round: DelegationRound;
  readonly controllers: Type[];
  readonly providers: Provider[];
}

/** Puts together who stands for whom: the door, and the round that asks people anew. */
export function delegationParts({
  config,
  logger,
  texts,
  ...parts
}: AskAnewParts & {
  readonly texts: DelegationsParts['texts'];
  readonly config: Pick<NotifierConfig, 'operatorKeySha256'>;
  readonly logger: LanesLogger;
}): DelegationParts {
  const round = new DelegationRound(new AskAnew(parts), logger);
  const { dataSource, relay, policy } = parts;
  const delegations = new Delegations({
    dataSource,
    relay,
    policy,
    texts,
    newId: newDelegationId,
    onChange: () => round.wake(),
  });
  return {
    delegations,
    round,
    controllers: [DelegationsController, ReassignController],
    providers: [
      { provide: Delegations, useValue: delegations },
      { provide: OperatorSignIn, useValue: new OperatorSignIn(config.operatorKeySha256) },
    ],
  };
}
