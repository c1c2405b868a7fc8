// A real browser, and what every page of the examples must hold in it.

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { without } from '../../sdk/verify/test/needed.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const withoutBrowser = without(executablePath, 'install chromium, or set CHROMIUM');

let browser;
after(() => browser?.close());

/** A page as somebody sees it, by default narrow; `options` are those of playwright. */
export async function opened(options = {}) {
  browser ??= await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
  const context = await browser.newContext({ viewport: { width: 320, height: 640 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  return { page, complaints, requests, close: () => context.close() };
}

/** Fits into its width, and each input has a name. */
export async function fits(page) {
  const { wide, nameless } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    nameless: [...document.querySelectorAll('input:not([type=hidden]), select')].filter(({ labels }) => !labels?.length).length,
  }));
  assert.deepEqual({ wide, nameless }, { wide: 0, nameless: 0 }, page.url());
}

/** Texts that do not stand out from what is behind them, by the measure of WCAG 2: at least 4.5 to 1, of large ones 3. */
export const faint = (page) =>
  page.evaluate(() => {
    const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
    const light = (colour) => {
      const [red, green, blue] = channels(colour).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element) => {
      const { backgroundColor } = getComputedStyle(element);
      return (channels(backgroundColor)[3] ?? 1) > 0 || !element.parentElement ? backgroundColor : behind(element.parentElement);
    };
    const texts = [...document.querySelectorAll('body *')].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    return texts.flatMap((element) => {
      const { color, fontSize } = getComputedStyle(element);
      const [low, high] = [light(color), light(behind(element))].sort((one, other) => one - other);
      const ratio = (high + 0.05) / (low + 0.05);
      return ratio < (parseFloat(fontSize) >= 24 ? 3 : 4.5) ? [`${element.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`] : [];
    });
  });
