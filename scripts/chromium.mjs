// A real Chromium out of npm: the browser, its fonts and the few system libraries that it needs are unpacked from one package, so that a
// machine with nothing but Node can run it. They go to a folder of the project, not to the shared temporary folder, where a half-written
// copy of another program would be taken for ours.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { root } from './stamp.mjs';

const require = createRequire(import.meta.url);
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies['@sparticuz/chromium'];
const folder = join(root, 'node_modules', '.cache', `chromium-${version}`);

// Without these the page is the one that a visitor has: separate processes, same-origin rules on.
const serverlessOnly =
  /^--(single-process|no-zygote|disable-web-security|allow-running-insecure-content|disable-site-isolation-trials)$/;

/** Unpacks once, whoever comes first; a folder that is there is complete. */
async function unpack(chromium) {
  if (existsSync(folder)) return;
  await withLock(async () => {
    if (existsSync(folder)) return;
    const draft = `${folder}.draft`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    await within(draft, () => chromium.executablePath());
    // Its own list names folders of a serverless machine; without a font no text has a size, and innerText is empty.
    const fonts = `<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>`;
    writeFileSync(join(draft, 'fonts', 'fonts.conf'), `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">${fonts}\n`);
    renameSync(draft, folder);
  }, 'chromium');
}

/** The package unpacks into the temporary folder, and brings its libraries only where it believes to be on a bare server. */
async function within(temporary, body) {
  const saved = { TMPDIR: process.env.TMPDIR, AWS_LAMBDA_JS_RUNTIME: process.env.AWS_LAMBDA_JS_RUNTIME };
  Object.assign(process.env, { TMPDIR: temporary, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' });
  try {
    return await body();
  } finally {
    for (const [name, value] of Object.entries(saved)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** Starts Chromium. @returns puppeteer's browser; close it. */
export async function launchChromium() {
  const { default: chromium } = await import('@sparticuz/chromium');
  const { default: puppeteer } = await import('puppeteer-core');
  await unpack(chromium);
  return puppeteer.launch({
    executablePath: join(folder, 'chromium'),
    args: chromium.args.filter((flag) => !serverlessOnly.test(flag)),
    headless: 'shell',
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
      HOME: folder,
    },
  });
}

export const chromiumIsInstalled = () => {
  try {
    require.resolve('@sparticuz/chromium');
    return true;
  } catch {
    return false;
  }
};
