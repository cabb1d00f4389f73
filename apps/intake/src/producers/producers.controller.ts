import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck } from '@tollgate/contracts';
import { BREAK_GLASS_REVIEW } from '@tollgate/policy';
import { invalid, notFound, Problem, unavailable } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { demand, EXECUTOR_SCOPES } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { RulingPolicy } from '../publish-policy/ruling-policy.js';
import { checkedBody } from '../submit-request/read-body.js';
import { apiKey } from './api-key.js';
import { CreateKey, RegisterProducer } from './producer-bodies.js';
import { type KeyGrant, Producers } from './producers.js';

const checkProducer = doorCheck(RegisterProducer);
const checkKey = doorCheck(CreateKey);

/** @throws Problem 422 for scopes that an executor may not have */
function grantOf({ scopes, executor }: CreateKey): KeyGrant {
  if (executor === undefined) return { scopes: scopes ?? [], executor };
  const granted = scopes ?? ['releases:redeem'];
  const tooWide = granted.findIndex((scope) => !EXECUTOR_SCOPES.includes(scope));
  if (tooWide >= 0)
    throw invalid([
      {
        pointer: `/scopes/${tooWide}`,
        detail: `must be one of ${EXECUTOR_SCOPES.join(', ')}, as the key is an executor's`,
      },
    ]);
  return { scopes: granted, executor };
}

/** `POST /v1/producers` and `POST /v1/producers/{name}/keys`, for operators. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/producers')
export class ProducersController {
  constructor(
    private readonly credentials: Credentials,
    private readonly producers: Producers,
    private readonly policy: RulingPolicy,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Register a producer',
    description:
      'Needs the scope operate. Makes its inbound topic and its first key, which is shown only here.',
  })
  @ApiBody({ schema: openApiSchema(RegisterProducer) })
  @ApiResponse({ status: 201, description: 'producer, owner, key (shown once), topic' })
  @ApiResponse({ status: 409, description: 'There is a producer of that name' })
  @ApiResponse({
    status: 422,
    description: 'The body does not fit, or the owner is no active person of the directory',
  })
  async register(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#operator(request);
    const { name, owner } = checkedBody(request.body, checkProducer);
    if (name === BREAK_GLASS_REVIEW.producer)
      throw invalid([{ pointer: '/name', detail: 'is a name that Tollgate uses itself' }]);
    this.#demandPerson(owner);
    const key = apiKey();
    const topic = await this.producers.register(name, owner, key, new Date().toISOString());
    if (topic === undefined) {
      throw new Problem(409, 'producer-exists', 'There is a producer of that name', {
        detail: 'A name is registered once. Further keys come by POST /v1/producers/{name}/keys.',
        extra: { producer: name },
      });
    }
    void reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ producer: name, owner, key: key.key, topic });
  }

  @Post(':name/keys')
  @ApiOperation({
    summary: 'Create a key for a producer',
    description: 'Needs the scope operate. The key is shown only here.',
  })
  @ApiBody({ schema: openApiSchema(CreateKey), required: false })
  @ApiResponse({ status: 201, description: 'producer, executor, scopes, key (shown once)' })
  @ApiResponse({
    status: 422,
    description: 'The body does not fit, or the scopes are too wide for an executor',
  })
  @ApiResponse({ status: 404, description: 'There is no such producer' })
  async createKey(
    @Param('name') producer: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#operator(request);
    const grant = grantOf(request.body === undefined ? {} : checkedBody(request.body, checkKey));
    const key = apiKey();
    const added =
      !producer.includes('\0') &&
      (await this.producers.addKey(producer, grant, key, new Date().toISOString()));
    if (!added) throw notFound('There is no such producer.');
    const { scopes, executor } = grant;
    void reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ producer, ...(executor === undefined ? {} : { executor }), scopes, key: key.key });
  }

  async #operator(request: FastifyRequest): Promise<void> {
    demand(await this.credentials.authenticate(request.headers.authorization), 'operate');
  }

  /** An owner who is nobody would be excluded from nothing. */
  #demandPerson(owner: string): void {
    const isActive = this.policy.isActive(owner);
    if (isActive === undefined) throw unavailable('No policy rules yet, so nobody is known; try again.', 2);
    if (!isActive)
      throw invalid([{ pointer: '/owner', detail: 'must be an active person of the directory' }]);
  }
}
