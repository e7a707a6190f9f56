// What a browser says of pages: node browser.js CHROMIUM PDF PAGE...  One line of JSON a page and width.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [program, pdf, ...pages] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: program,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

// The page in a window of a width, in the light or in the dark.
async function look(file, width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
  const page = await context.newPage();
  const errors = [], requests = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => /^(file|data):/.test(request.url()) || requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  // folded parts are looked at, too
  await page.evaluate(() => document.querySelectorAll('details').forEach((part) => (part.open = true)));
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const pictures = await page.evaluate(() => [...document.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0).length);
  // axe-core takes minutes for thousands of rows that are all alike: a long list is looked at folded
  await page.evaluate(() => document.querySelectorAll('details').forEach((part) => (part.open = part.querySelectorAll('tr').length < 40)));
  let violations = [];
  // the parts are the same at every width, the colours are not in every light
  if ((width < 1000) === (colorScheme === 'light')) {
    await page.evaluate(axe);
    ({ violations } = await page.evaluate(() => window.axe.run(document)));
  }
  const texts = await page.evaluate(() => [...document.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0).flatMap((svg) => {
    // a text that is cut by the picture's edge cannot be read
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter((text) => {
      const box = text.getBoundingClientRect();
      return text.textContent.trim() && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
    }).map((text) => `${svg.querySelector('title').textContent}: ${text.textContent}`);
  }));
  // two texts on the same place: each box is taken without the room above and below its letters
  const collisions = await page.evaluate(() => [...document.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0).flatMap((svg) => {
    const boxes = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() && getComputedStyle(text).opacity !== '0').map((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      return { text: text.textContent, left, right, top: top + (bottom - top) / 4, bottom: bottom - (bottom - top) / 4 };
    });
    return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).map((b) => `${a.text} / ${b.text}`));
  }));
  process.stdout.write(JSON.stringify({ file, width, colorScheme, errors, requests, overflow, pictures, texts, collisions, violations: violations.map((found) => `${found.id}: ${found.nodes.length} x ${found.nodes[0].html.slice(0, 150)}`) }) + '\n');
  if (width > 1000 && colorScheme === 'light') await page.pdf({ path: pdf, format: 'A4' });
  await context.close();
}

for (const file of pages) {
  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark']) await look(file, width, scheme);
  }
}
await browser.close();
