import { type Provider, type Type } from '@nestjs/common';
import { type LanesLogger } from '@tollgate/messaging';
import { type DataSource } from 'typeorm';
import { PageRefusals } from '../page/page-refusals.js';
import { ReviewDesk } from '../review-page/review-desk.js';
import { ReviewSettings } from '../review-page/review-settings.js';
import { AnswerController, AnswerSettings } from './answer.controller.js';
import { AnswerQuestions } from './answer-questions.js';
import { AskQuestions, type AskQuestionsParts } from './ask-questions.js';
import { FindAnswerPage } from './find-answer-page.js';
import { InboxQuestionController } from './inbox-question.controller.js';
import { QuestionDesk } from './question-desk.js';
import { QuestionsController } from './questions.controller.js';
import { ReviewQuestionController } from './review-question.controller.js';

/** What questions are made from. */
export interface QuestionSurroundings extends Omit<AskQuestionsParts, 'onQueued'> {
  readonly dataSource: DataSource;
  readonly logger: LanesLogger;
  /**
   * Told after the commit when mails were queued.
   * @param milliseconds until the time of the step is over, where that may be sooner than it was
   */
  readonly onQueued: (milliseconds?: number) => void;
}

/** Questions to requesters and their answers, for the composition root. */
export function questionParts(surroundings: QuestionSurroundings): {
  readonly controllers: Type[];
  readonly providers: Provider[];
} {
  const { dataSource, logger, onQueued, ...parts } = surroundings;
  const ask = new AskQuestions({ ...parts, onQueued: () => onQueued() });
  const answerSettings: AnswerSettings = { policy: parts.policy, logger };
  return {
    controllers: [QuestionsController, ReviewQuestionController, InboxQuestionController, AnswerController],
    providers: [
      { provide: AskQuestions, useValue: ask },
      { provide: AnswerQuestions, useValue: new AnswerQuestions({ ...parts, onQueued }) },
      { provide: FindAnswerPage, useValue: new FindAnswerPage(dataSource) },
      { provide: AnswerSettings, useValue: answerSettings },
      {
        provide: QuestionDesk,
        inject: [AskQuestions, ReviewDesk, PageRefusals, ReviewSettings],
        useFactory: (...given: ConstructorParameters<typeof QuestionDesk>) => new QuestionDesk(...given),
      },
    ],
  };
}
