import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { notFound } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { ASSETS_PATH, type PageAsset } from './page-asset.js';

/** Every asset that a page may name; the composition root lists them. */
export abstract class PageAssets {
  abstract readonly all: readonly PageAsset[];
}

const NAME = /^(.+)\.[0-9a-f]{16}\.(css|mjs)$/;
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Serves the stylesheet and the scripts of the pages. */
@Controller()
export class PageAssetsController {
  readonly #byName: ReadonlyMap<string, PageAsset>;

  constructor(assets: PageAssets) {
    this.#byName = new Map(assets.all.map((asset) => [asset.name, asset]));
  }

  @Get(`${ASSETS_PATH}:file`)
  @ApiExcludeEndpoint()
  async serve(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    const [, name, ending] = NAME.exec(file) ?? [];
    const asset = this.#byName.get(`${name}.${ending}`);
    if (asset === undefined) throw notFound('There is no such asset.');
    // A page of another release, while both run, gets what this one has; nobody may keep it under that address.
    const isThis = asset.path === `${ASSETS_PATH}${file}`;
    await reply
      .headers({
        'content-type': asset.contentType,
        'cache-control': isThis ? FOR_EVER : 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      })
      .send(asset.content);
  }
}
