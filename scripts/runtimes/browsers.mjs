// Chromium from npm; Firefox and WebKit from Debian's packages, where they are installed (CI installs them and fails without).
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { pages, servePages } from './pages.mjs';

/** What one page may take. */
const longest = 4 * 60 * 1000;

/** Debian's packages, which CI installs. */
export const debianPackages = ['firefox-esr', 'webkit2gtk-driver', 'xvfb', 'xauth'];

const firefox = '/usr/bin/firefox-esr';
const miniBrowsers = ['4.1', '4.0', '6.0'].map((api) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${api}/MiniBrowser`);

async function openChromium(url) {
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(url);
  return { version: (await browser.version()).split('/')[1], close: () => browser.close() };
}

/** A browser that is a command with an address; its whole process group ends with it. */
function openCommand(command, args, versionText, environment = {}) {
  const child = spawn(command, args, { detached: true, stdio: 'ignore', env: { ...process.env, ...environment } });
  const ended = new Promise((resolve) => child.on('close', resolve).on('error', resolve));
  const close = async () => {
    if (child.pid && child.exitCode === null) process.kill(-child.pid);
    await ended;
  };
  return { version: versionText.match(/\d+(\.\d+)+/)[0], close };
}

function openFirefox(url, profile) {
  return openCommand(
    firefox,
    ['--headless', '--no-remote', '--profile', profile, url],
    execFileSync(firefox, ['--version'], { encoding: 'utf8' }),
  );
}

function openWebKit(url, profile) {
  const binary = miniBrowsers.find(existsSync);
  const environment = {
    // Its sandbox does not start as root or in a container; the pages are our own.
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    HOME: profile,
    XDG_CACHE_HOME: profile,
  };
  // It prints no version without a display.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is dpkg-query's
  const version = execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'webkit2gtk-driver'], { encoding: 'utf8' });
  return openCommand('xvfb-run', ['-a', binary, url], version, environment);
}

const browsers = {
  chromium: { open: openChromium, present: () => true },
  firefox: { open: openFirefox, present: () => existsSync(firefox) },
  webkit: { open: openWebKit, present: () => miniBrowsers.some(existsSync) && existsSync('/usr/bin/xvfb-run') },
};

/** Why a browser cannot run here, or null. */
export const missing = (name) =>
  browsers[name].present() ? null : `not installed: apt-get install --no-install-recommends ${debianPackages.join(' ')}`;

const within = (promise, what) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not answer in ${longest / 1000} s`)), longest);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** Goes through all pages. @yields `{ page, version, ...report }` for each. */
export async function* visitAll(name) {
  const site = await servePages();
  const profile = mkdtempSync(join(tmpdir(), `cvxnn-${name}-`));
  let browser;
  try {
    browser = await browsers[name].open(site.start, profile);
    for (const [k, report] of site.reports.entries())
      yield { page: pages[k].name, version: browser.version, ...(await within(report, `${name}, ${pages[k].name}`)) };
  } finally {
    await browser?.close();
    await site.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

export const browserNames = Object.keys(browsers);
