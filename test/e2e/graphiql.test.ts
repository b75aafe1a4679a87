import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { graphiqlExamples } from '../../src/server/graphiql-examples.ts'
import { offlineBrowser, withoutBrowser } from '../harness/browser.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer } from '../harness/server.ts'
import { listOrders } from './documents.ts'
import { dataOf } from './post.ts'
import { overHttp, shop } from './shop.ts'

const TABS = ['PlaceOrder', 'ListOrders', 'FollowOrders', 'MoveOrder', 'FollowOrder']
/** What can be read in the editor of a laptop's window without scrolling sideways. */
const COMMENT_WIDTH_MAX = 57
/** To be looked at: a test cannot tell whether a page looks right. */
const SHOTS = join(import.meta.dirname, '../../.shots')

const openPage = async (url: string, page: Page): Promise<void> => {
  await page.goto(url)
  await shows(page, 'PlaceOrder')
}

/** The editor follows its tab a moment later. */
const shows = (page: Page, operation: string): Promise<void> =>
  page.locator('.graphiql-query-editor .view-lines').getByText(operation).first().waitFor()

const openTab = async (page: Page, name: string): Promise<void> => {
  await page.locator('.graphiql-tab-button').getByText(name, { exact: true }).click()
  await page.locator('.graphiql-tab-active').getByText(name, { exact: true }).waitFor()
  await shows(page, name)
}

const run = (page: Page): Promise<void> => page.locator('.graphiql-execute-button').click()

/** GraphiQL learns a moment after a tab is opened which operation is to be run. */
const runUntil = (page: Page, came: () => Promise<boolean> | boolean): Promise<unknown> =>
  eventually(
    async () => {
      await run(page)
      await eventually(came, { timeoutMs: 3_000 })
    },
    { timeoutMs: 20_000 },
  )

const resultOf = (page: Page) => page.locator('.result-window .view-lines')

const shoot = async (page: Page, name: string): Promise<void> => {
  await mkdir(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name}.png`) })
}

describe('the examples of the page', () => {
  it('are valid operations, with comments narrow enough for the editor', () => {
    const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'))
    const errors = graphiqlExamples.flatMap(({ query }) => validate(schema, parse(query ?? '')))
    expect(errors).toStrictEqual([])
    const lines = graphiqlExamples.flatMap(({ query }) => (query ?? '').split('\n'))
    const comments = lines.filter((line) => line.trimStart().startsWith('#'))
    expect(comments.filter((line) => line.length > COMMENT_WIDTH_MAX)).toStrictEqual([])
  })
})

const missing = withoutBrowser()
describe.skipIf(missing !== undefined)(
  `the page in a browser${missing ? `: ${missing}` : ''}`,
  () => {
    it('opens offline with an example of each operation, and the first runs as it stands, again and again', async () => {
      await using server = await startServer()
      await using browser = await offlineBrowser(server.origin)
      const page = await browser.context.newPage()
      await openPage(server.url, page)
      expect(await page.locator('.graphiql-tab-button').allInnerTexts()).toStrictEqual(TABS)

      await run(page)
      await resultOf(page).getByText('"PENDING"').waitFor()
      await shoot(page, 'mutation')
      await run(page)
      await eventually(async () => (await resultOf(page).innerText()).match(/true/g)?.length === 2)
      const { orders } = await dataOf(server.url, listOrders, { first: 10 })
      expect(orders.totalCount).toBe(2)

      await openTab(page, 'ListOrders')
      await runUntil(page, () => resultOf(page).getByText('"totalCount"').isVisible())
      await shoot(page, 'query')
      expect([browser.refused, browser.faults]).toStrictEqual([[], []])
      expect(server.logged).toStrictEqual([])
    })

    it('shows what happens to orders while its subscription runs', async () => {
      await using server = await startServer()
      await using browser = await offlineBrowser(server.origin)
      const page = await browser.context.newPage()
      await openPage(server.url, page)
      await openTab(page, 'FollowOrders')
      await runUntil(page, () => server.services.eventFeed.subscribers === 1)

      const { place, confirm } = await shop(overHttp(server.url))
      const { orderId } = await place()
      await resultOf(page).getByText(orderId).waitFor()
      await resultOf(page).getByText('"OrderPlaced"').waitFor()
      await confirm(orderId)
      await resultOf(page).getByText('"OrderConfirmed"').waitFor()
      await shoot(page, 'subscription')
      expect([browser.refused, browser.faults]).toStrictEqual([[], []])
    })
  },
)
