import { type Release } from '@tollgate/contracts';
import { type EntityManager } from 'typeorm';
import { plainArray, textArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type Arrival } from '../record-stage/arrival.js';
import { type StageStore } from '../record-stage/record-stage.js';
import { queueMessages } from '../tell-producers/queue-messages.js';
import { outcomeOf } from './outcome-of.js';

/** A judgement that was news; `decided` when it also settled the status. */
export interface JudgedRow {
  request_id: string;
  decided: boolean;
}

const INSERT = new Statement<JudgedRow>(
  'record-judgements',
  `WITH incoming AS (
     SELECT i.id, i.at, i.data, i.status, i.release, r.producer
     FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
       AS i (id, text_hash, at, data, status, release)
     JOIN request r ON r.id = i.id AND r.text_hash = i.text_hash
   ), judged AS (
     INSERT INTO stage (request_id, stage, at, data)
     SELECT id, 'guardrail.evaluated', at, data::json FROM incoming
     ON CONFLICT DO NOTHING RETURNING request_id
   ), decided AS (
     INSERT INTO outcome (request_id, status, at)
     SELECT i.id, i.status, i.at FROM incoming i JOIN judged j ON j.request_id = i.id
     ON CONFLICT DO NOTHING RETURNING request_id
   ), released AS (
     INSERT INTO stage (request_id, stage, at, data)
     SELECT i.id, 'action.released', i.at, json_build_object('release', i.release::json)
     FROM incoming i JOIN decided d ON d.request_id = i.id WHERE i.release IS NOT NULL
   ), ended AS (
     SELECT i.id AS request_id, i.producer, 'request.' || i.status AS type FROM incoming i JOIN decided d ON d.request_id = i.id
   ), queued AS (
     ${queueMessages('ended')}
   )
   SELECT j.request_id, d.request_id IS NOT NULL AS decided FROM judged j LEFT JOIN decided d USING (request_id)`,
);

/**
 * Stores judgements, the outcomes that follow from them where none is there yet, and what follows from those: releases,
 * and messages to producers.
 * @param releases by request id, of every judgement that passed
 * @param failed ids of requests that passed and still cannot be released
 */
export const judgementStore = (
  tx: EntityManager,
  releases: ReadonlyMap<string, Release>,
  failed: ReadonlySet<string>,
): StageStore<'guardrail.evaluated', JudgedRow> => ({
  stage: 'guardrail.evaluated',
  insert: (arrivals: readonly Arrival<'guardrail.evaluated'>[]) =>
    INSERT.within(tx, [
      plainArray(arrivals.map(({ request }) => request.id)),
      plainArray(arrivals.map(({ requestHash }) => requestHash)),
      plainArray(arrivals.map(({ at }) => at)),
      textArray(arrivals.map(({ data }) => JSON.stringify(data))),
      plainArray(arrivals.map(({ request, data }) => (failed.has(request.id) ? 'failed' : outcomeOf(data)))),
      textArray(
        arrivals.map(({ request }) => {
          const release = releases.get(request.id);
          return release === undefined ? null : JSON.stringify(release);
        }),
      ),
    ]),
});
