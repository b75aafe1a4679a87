import { existsSync } from 'node:fs'
import { chromium, type BrowserContext } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
/** Nothing of its own that would reach for the network. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const TIMEOUT_MS = 20_000

/** A browser is asked for where tests must be complete; elsewhere one may do without. */
export const withoutBrowser = (): string | undefined => {
  if (existsSync(CHROMIUM) || process.env['CI'] !== undefined) return undefined
  return `there is no ${CHROMIUM} (apt-get install chromium)`
}

export interface OfflineBrowser extends AsyncDisposable {
  readonly context: BrowserContext
  /** What its pages asked for anywhere but at `origin`; none of it was answered. */
  readonly refused: readonly string[]
  /** What went wrong inside its pages. */
  readonly faults: readonly string[]
}

/** A fresh browser that reaches nothing but one server. */
export const offlineBrowser = async (origin: string): Promise<OfflineBrowser> => {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } })
  context.setDefaultTimeout(TIMEOUT_MS)
  const refused: string[] = []
  const faults: string[] = []
  const isLocal = (url: string) => url.startsWith(`${origin}/`) || /^(blob|data):/.test(url)
  await context.route('**/*', async (route) => {
    const url = route.request().url()
    if (isLocal(url)) return route.continue()
    refused.push(url)
    return route.abort()
  })
  context.on('weberror', (error) => void faults.push(error.error().message))
  return {
    context,
    refused,
    faults,
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
