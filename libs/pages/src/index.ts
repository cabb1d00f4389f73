export { pageAsset, type PageAsset, PAGE_STYLE } from './page-asset.js';
export { PageAssets, PageAssetsController } from './page-assets.controller.js';
export { PageFaultFilter, PageFaultLog, problemPage } from './page-fault-filter.js';
export { PAGE_HEADERS, SCRIPTED_PAGE_HEADERS } from './page-headers.js';
export { type Page, pageFrame, type PageFrame, renderPart } from './page-frame.js';
export { sendOn, sendPage } from './send-page.js';
export { type FormHeaders, isSameOrigin } from './same-origin.js';
export { visibleLines, visibleText } from './visible-text.js';
